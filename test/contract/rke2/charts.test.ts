import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { ciliumValues, ciliumValuesHash, helmChartConfig } from '../../../src/cluster/cilium-values.ts'
import { imageLists } from '../../../src/local-cloud/rke2/artifacts/image-lists.ts'
import { readObjects } from '../../../src/local-cloud/rke2/helm/deploy-manifests.ts'
import { templateChart } from '../../../src/local-cloud/rke2/helm/run-helm.ts'
import { ensureKubernetesClients } from '../../../src/local-cloud/tools/kubernetes-clients.ts'
import type { Script } from '../../../src/nodes/node-runner.ts'
import { commandLine } from '../../../src/nodes/script.ts'
import { ciliumConfig, ciliumRollout } from '../../../src/nodes/scripts.ts'
import { isUp } from './ask.ts'
import { createSandbox, until } from './sandbox.ts'

const CHARTS = new URL('../../../src/local-cloud/rke2/helm/charts', import.meta.url).pathname
const { helm } = ensureKubernetesClients(() => undefined)

const render = async (values: object[], name = 'rke2-cilium') =>
  readObjects(
    await templateChart(helm, {
      name,
      chart: join(CHARTS, name),
      values: values.map((each) => stringify(each)),
    }),
  )
const find = async (values: object[], wanted: string) =>
  JSON.stringify(
    (await render(values)).findLast(
      ({ metadata: { name }, kind }) => name === wanted && !/Account|Role/.test(kind ?? ''),
    ),
  )

test.each([
  [{ kubeProxyReplacement: 'strict' }, 'must be explicitly set to a valid value (true or false)'],
  [{ hubble: { relay: { enabled: true } } }, 'Hubble Relay requires .Values.hubble.enabled=true'],
  [{ hubble: { enabled: true, ui: { enabled: true } } }, 'Hubble UI requires'],
  [{ cluster: { name: 'x'.repeat(33) } }, 'must not be more than 32 characters'],
  [{ operator: { replicas: 'two' } }, "at '/operator/replicas'"],
])('%j is refused', async (values, words) => {
  await expect(render([values])).rejects.toThrow(words)
})

test("the operator doesn't tolerate CriticalAddonsOnly unless the values say so", async () => {
  expect(await find([], 'cilium-operator')).not.toContain('CriticalAddonsOnly')
  expect(await find([{ operator: { tolerations: [{ operator: 'Exists' }] } }], 'cilium-operator')).toContain(
    '"tolerations":[{"operator":"Exists"}]',
  )
})

test('values below a root key cilium: change nothing', async () => {
  expect(await find([{ cilium: { kubeProxyReplacement: true } }], 'cilium-config')).toContain(
    '"kube-proxy-replacement":"false"',
  )
})

test('annotations of the values come to the pods of agents and operator', async () => {
  const annotated = (hash: string) => ({ podAnnotations: { 'rke2-action/values': hash } })
  const values = [{ ...annotated('sha256-a'), operator: annotated('sha256-b') }]
  expect(await find(values, 'cilium')).toContain('"annotations":{"rke2-action/values":"sha256-a"}')
  expect(await find(values, 'cilium-operator')).toContain('"annotations":{"rke2-action/values":"sha256-b"}')
  expect(await find([], 'cilium')).not.toContain('rke2-action')
})

test('an operator that is alone makes room for the next one', async () => {
  expect(await find([{ operator: { replicas: 1 } }], 'cilium-operator')).toContain('"maxUnavailable":"100%"')
  expect(await find([], 'cilium-operator')).toContain('"maxUnavailable":"50%"')
})

test('portmap is chained unless the values say otherwise', async () => {
  expect(await find([], 'cilium-config')).toContain('"cni-chaining-mode":"portmap"')
  expect(await find([{ cni: { chainingMode: 'none' } }], 'cilium-config')).toContain(
    '"cni-chaining-mode":"none"',
  )
})

test('maps are merged, lists replaced, an empty document is nothing', async () => {
  const found = await find([{ bpf: { masquerade: true } }, {}, { bpf: { tproxy: true } }], 'cilium-config')
  expect(found).toContain('"enable-bpf-masquerade":"true"')
})

test('every image of every chart lies in an archive of the release', async () => {
  const hubble = { enabled: true, relay: { enabled: true }, ui: { enabled: true } }
  const objects = await Promise.all(readdirSync(CHARTS).map((name) => render([{ hubble }], name)))
  const images = [...JSON.stringify(objects).matchAll(/"image":"([^"]+)"/g)].map(([, image]) => image)
  expect(images).toHaveLength(6)
  const known = Object.values(imageLists).flat()
  for (const image of images) expect(known).toContain(`docker.io/${image}`)
})

test('new values on a living cluster roll agents and operators, which the gate waits for', async () => {
  const wish = { hubble: false, wireguard: false, servers: 1, agents: 1, ciliumValues: {} }
  const sandbox = await createSandbox()
  try {
    const [n1, n2] = await Promise.all([sandbox.node('n1', '172.31.0.11'), sandbox.node('n2', '172.31.0.12')])
    const run = (script: Script<unknown>) =>
      JSON.parse(n1.bash(commandLine(script)).trim().split('\n').at(-1) ?? '') as object
    const rollout = (values: typeof wish, withinSeconds: number) =>
      run(ciliumRollout({ withinSeconds, nodeCount: 2, valuesHash: ciliumValuesHash(values) }))
    const configure = (values: typeof wish) =>
      run(ciliumConfig({ manifest: helmChartConfig(ciliumValues(values)) }))
    n1.start('server', 'node-name: n1\ncni: cilium\ndisable-kube-proxy: true\ntoken: abc\n')
    await until(isUp(n1), 'the server')
    n2.start('agent', 'node-name: n2\nserver: https://172.31.0.11:9345\ntoken: abc\n')
    expect(configure(wish)).toEqual({ changed: true })
    expect(rollout(wish, 30)).toMatchObject({ done: true, available: 2 })
    expect(configure(wish)).toEqual({ changed: false })
    expect(rollout(wish, 0)).toMatchObject({ done: true })
    const next = { ...wish, wireguard: true }
    configure(next)
    expect(rollout(next, 0)).toMatchObject({ done: false, applied: false })
    expect(rollout(next, 30)).toMatchObject({ done: true, applied: true, available: 2, operators: 2 })
  } finally {
    sandbox.destroy()
  }
}, 180_000)
