import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { eventually, startCluster } from './cluster.ts'

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  cluster = await startCluster({ members: 3, engines: 3 })
}, 90_000)
afterAll(() => cluster.stop())

const LEASES = ['kube-controller-manager', 'kube-scheduler', 'rke2-cloud-controller-manager']
const holders = async (at: number) => {
  const path =
    'jsonpath={range .items[*]}{.metadata.name}={.spec.holderIdentity} {.spec.renewTime}{"\\n"}{end}'
  const { stdout } = await cluster.ask(['get', 'leases', '-n', 'kube-system', '-o', path], { at })
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('='))
  return new Map(lines.map(([name = '', held = '']) => [name, held]))
}
const serverOf = (held: string | undefined) => Number(/^n(\d)_/.exec(held ?? '')?.[1] ?? 0)

test('each server has its identity, each component one leader who renews', async () => {
  await eventually(async () => {
    const names = [...(await holders(1)).keys()]
    return (
      (names.filter((name) => name.startsWith('apiserver-')).length === 3 &&
        LEASES.every((name) => names.includes(name))) ||
      names.join()
    )
  })
  const before = await holders(2)
  await eventually(async () => {
    const after = await holders(0)
    return (
      LEASES.every(
        (name) =>
          after.get(name) !== before.get(name) && serverOf(after.get(name)) === serverOf(before.get(name)),
      ) || 'not renewed'
    )
  })
}, 30_000)

test('what one server writes, all others read at once', async () => {
  for (let round = 0; round < 10; round++) {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `seen-${round}` } })
    await cluster.ask(['create', '-f', '-'], { at: round % 3, input })
    const { code } = await cluster.ask(['get', 'cm', `seen-${round}`], { at: (round + 1) % 3 })
    expect(code).toBe(0)
  }
}, 30_000)

test('a dead leader is followed by another server', async () => {
  const leader = serverOf((await holders(0)).get('kube-controller-manager'))
  const other = leader % 3
  cluster.engineProcesses[leader - 1]?.kill('SIGKILL')
  await eventually(async () => {
    const now = await holders(other)
    return LEASES.every((name) => serverOf(now.get(name)) !== leader) || JSON.stringify([...now])
  })
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'after' } })
  await cluster.ask(['create', '-f', '-'], { at: other, input })
  await eventually(
    async () =>
      (await cluster.ask(['get', 'sa', 'default', '-n', 'after'], { at: other })).code === 0 ||
      'no controller works',
  )
}, 40_000)

test('one member lost is borne, two are not', async () => {
  const alive = cluster.engineProcesses.findIndex(({ signalCode }) => signalCode === null)
  const [first = 0, second = 0] = [0, 1, 2].filter((member) => member !== alive)
  const readyz = () => cluster.ask(['get', '--raw', '/readyz'], { at: alive })
  cluster.etcds[first]?.kill('SIGKILL')
  await eventually(async () => (await readyz()).stdout === 'ok' || 'not ready with two of three')
  cluster.etcds[second]?.kill('SIGKILL')
  await eventually(async () => {
    const { stderr } = await readyz()
    return stderr.includes('[-]etcd failed: reason withheld') || stderr || 'still ok'
  })
  expect((await cluster.ask(['get', 'nodes', '--request-timeout=3s'], { at: alive })).code).toBe(1)
  cluster.etcds.push(cluster.startMember(second))
  await eventually(async () => (await readyz()).stdout === 'ok' || 'not back')
}, 60_000)
