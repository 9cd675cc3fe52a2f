import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import type { NodeProbe } from '../../../src/checks/node-script.ts'
import { ownArchitecture } from '../../../src/local-cloud/front/releases/architecture.ts'
import type { KubernetesObject } from '../../../src/local-cloud/rke2/kubernetes/api-client.ts'
import { objectCollection } from '../../../src/local-cloud/rke2/kubernetes/resources.ts'
import { scriptText } from '../../../src/nodes/script.ts'
import body from '../../../src/nodes/scripts/check-node.sh'
import { BUSYBOX, firewall, startUpstreamCluster, type UpstreamCluster } from './cilium/upstream-cluster.ts'
import { missingParts } from './container-parts.ts'
import { bundlePrograms } from './machine-room.ts'

const missing = missingParts()
const withParts = missing.length ? describe.skip : describe
const why = missing.length ? ` NOT RUN: no ${missing.join(', ')} (node bin/genuine-parts.mjs)` : ''

const IMAGES = [
  'docker.io/rancher/hardened-cni-plugins:v1.8.0-build20251010',
  'docker.io/rancher/mirrored-cilium-cilium:v1.19.6',
  'docker.io/rancher/mirrored-cilium-operator-generic:v1.19.6',
]
// Bit 24 of capabilities(7). A container of CI's may lack it, and then nobody in it can be given it; our agent has no need of it.
const RESOURCE = 1n << 24n
const rights = BigInt(`0x${/CapBnd:\s+(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`)
const chartText = readFileSync('test/contract/machines/cilium/chart.yaml', 'utf8')
const chart = parseAllDocuments(rights & RESOURCE ? chartText : chartText.replaceAll(', SYS_RESOURCE', ''), {
  merge: true,
}).map((document) => document.toJS() as KubernetesObject)

/** A pod of a workload, on a node of the test's choice. */
const web = (node: number) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `web-${node}`, namespace: 'default', labels: { app: 'web' } },
  spec: {
    nodeName: `node-${node}`,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        ...{ name: 'web', image: BUSYBOX, imagePullPolicy: 'Never' },
        ports: [{ containerPort: 8080, hostPort: 8088 }],
        command: ['/bin/busybox', 'sh', '-c'],
        args: [`cd /bin; echo web-${node} >index.html; exec /bin/busybox httpd -f -p 8080`],
      },
    ],
  },
})
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { clusterIP: '10.43.7.7', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
}
interface Pod {
  status: { phase?: string; podIP?: string }
}

/** In a process of its own, from the bundle as the local cloud has it: jest takes the first line of every script away. */
async function packImages(work: string, file: string): Promise<void> {
  const pack = 'src/local-cloud/rke2/artifacts/pack-cilium-images.ts'
  await bundlePrograms(work, { rke2: 'src/local-cloud/rke2/main.ts', pack })
  const options = { file, images: IMAGES, program: join(work, 'rke2.js'), arch: ownArchitecture() }
  const run = `import { packCiliumImages } from '${work}/pack.js'; await packCiliumImages(${JSON.stringify(options)})`
  execFileSync(process.execPath, ['--input-type=module', '-e', run])
}

withParts(
  `our Cilium in genuine containerd, kubelets and control plane, as RKE2’s chart starts it${why}`,
  () => {
    const work = mkdtempSync(join(tmpdir(), 'our-cilium-'))
    const archive = join(work, 'images.tar.zst')
    let cluster: UpstreamCluster
    let addresses: string[] = []

    beforeAll(async () => {
      await packImages(work, archive)
      cluster = await startUpstreamCluster({
        images: archive,
        crictl: 'test/contract/machines/cilium/crictl.sh',
      })
    }, 120_000)
    afterAll(async () => {
      await cluster?.close()
      rmSync(work, { recursive: true, force: true })
    })

    const both = <Answer>(run: (node: 1 | 2) => Promise<Answer>) => Promise.all([run(1), run(2)])
    const create = (object: object) => cluster.create(objectCollection(object as KubernetesObject), object)
    const running = (name: string) =>
      `crictl ps --label io.kubernetes.container.name=${name} --state Running --quiet`
    /** Asks from inside the network of the pod on a node: containerd keeps that of each pod there by name. */
    const ask = (node: 1 | 2, url: string) =>
      cluster.on(node, `ip netns exec $(ip netns list | cut -d ' ' -f 1) curl -sSf -m 2 ${url}`)
    const settings = { EXPECTED: 'node-1 node-2' }
    const check = async (node: 1 | 2) =>
      JSON.parse(await cluster.on(node, scriptText({ name: 'check-node', settings, body }))) as NodeProbe

    test('zstd and containerd read the archive, and find every name', async () => {
      const fetch = 'curl -sf http://169.254.169.251/archives'
      const names = await both((node) =>
        cluster.on(
          node,
          `${fetch}/crictl -o /usr/local/bin/crictl; chmod +x /usr/local/bin/crictl
${fetch}/images -o /root/images.tar.zst; zstd -dc /root/images.tar.zst | ctr -n k8s.io images import - >/dev/null
ctr -n k8s.io images list -q | grep -v -e ^sha256 -e busybox`,
        ),
      )
      for (const found of names) expect(found.split('\n').sort()).toEqual(IMAGES)
    }, 60_000)

    test('operator and agents come up, and the nodes are Ready by their network', async () => {
      for (const object of chart) await create(object)
      const apps = '/apis/apps/v1/namespaces/kube-system'
      await cluster.eventually(`${apps}/daemonsets/cilium`, { status: { numberReady: 2 } }, 90)
      await cluster.eventually(`${apps}/deployments/cilium-operator`, { status: { readyReplicas: 1 } })
      const ready = { type: 'Ready', status: 'True' }
      for (const node of ['node-1', 'node-2'])
        await cluster.eventually(`/api/v1/nodes/${node}`, {
          status: { conditions: expect.arrayContaining([expect.objectContaining(ready)]) },
        })
    }, 120_000)

    test('pods of two nodes reach one another, a Service and the API; a pod’s port of its node is reached from another', async () => {
      for (const object of [web(1), web(2), service]) await create(object)
      const pod = (node: number) => `/api/v1/namespaces/default/pods/web-${node}`
      await both((node) => cluster.eventually(pod(node), { status: { phase: 'Running' } }))
      addresses = (await both((node) => cluster.get<Pod>(pod(node)))).map(({ status }) => status.podIP ?? '')
      await both((node) => cluster.until(node, `curl -sf -m 2 http://${addresses[node - 1]}:8080/`))
      expect(await both((node) => ask(node, `http://${addresses[2 - node]}:8080/`))).toEqual([
        'web-2',
        'web-1',
      ])
      // Each connection goes to a pod by chance, to the caller itself too; from the node it is the same.
      const seen = new Set<string>()
      await cluster.until(1, `curl -sf -m 2 http://10.43.7.7/`)
      for (let left = 40; left > 0 && seen.size < 2; left--) seen.add(await ask(1, 'http://10.43.7.7/'))
      expect(seen).toEqual(new Set(['web-1', 'web-2']))
      expect(await cluster.on(2, 'curl -sSf -m 2 http://172.31.1.10:8088/')).toBe('web-1')
      expect(await cluster.on(2, 'curl -sk -m 2 -o /dev/null -w "%{http_code}" https://10.43.0.1/')).toBe(
        '401',
      )
    }, 60_000)

    test('check-node finds every node well', async () => {
      const well = { agent: 'OK', error: '', reached: 1, failed: [], missing: [] }
      expect(await both(check)).toEqual([expect.objectContaining(well), expect.objectContaining(well)])
    }, 60_000)

    test('UDP 8472 closed: the pods’ network is broken and nothing else, and check-node says which', async () => {
      await cluster.machines.call('setFirewall', firewall({ tunnel: false }))
      await expect(ask(1, `http://${addresses[1]}:8080/`)).rejects.toThrow('timed out')
      const [probe] = await both(check)
      expect(probe).toMatchObject({ agent: 'OK', reached: 0, failed: [{ to: 'node-2', path: 'pod' }] })
      await cluster.machines.call('setFirewall', firewall({ tunnel: true }))
      expect(await ask(1, `http://${addresses[1]}:8080/`)).toBe('web-2')
    }, 60_000)

    test('an agent that is killed leaves the pods’ network as it was, and finds its place again', async () => {
      const before = await cluster.on(1, running('cilium-agent'))
      await cluster.on(1, `ctr -n k8s.io tasks kill -s SIGKILL ${before}`)
      expect(await ask(1, `http://${addresses[1]}:8080/`)).toBe('web-2')
      const answers = `crictl exec $now cilium-dbg status --brief 2>/dev/null | grep -qx OK`
      await cluster.until(1, `{ now=$(${running('cilium-agent')}); [ "$now" != ${before} ] && ${answers}; }`)
      expect(await check(2)).toMatchObject({ agent: 'OK', reached: 1, failed: [] })
    }, 60_000)

    test('a pod that is gone gives its address and its port of the node back', async () => {
      expect(await cluster.on(1, 'ls /run/cilium/addresses')).toBe(addresses[0])
      await cluster.delete('/api/v1/namespaces/default/pods/web-1')
      await cluster.until(1, `! ls /run/cilium/addresses/${addresses[0]} 2>/dev/null`)
      expect(await cluster.on(1, 'ip -o link show type veth | grep -c lxc')).toBe('1')
      await expect(cluster.on(2, 'curl -sSf -m 2 http://172.31.1.10:8088/')).rejects.toThrow('curl: (7)')
    }, 60_000)
  },
)
