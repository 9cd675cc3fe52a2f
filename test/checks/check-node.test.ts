import { expect, test } from '@jest/globals'
import { nodeScript } from '../../src/checks/node-script.ts'
import { aCluster } from './a-cluster.ts'
import { runScript } from './run-script.ts'

const { servers, agents } = aCluster(1, 2)
const ALL = [...servers, ...agents]

// Shapes and texts as cilium-health 1.17 wrote them on a cluster whose VXLAN port was closed one way.
const good = {
  http: { lastProbed: '2026-11-21T14:23:25Z', latency: 511_428 },
  icmp: { lastProbed: '2026-11-21T14:23:25Z', latency: 203_847 },
}
const bad = {
  http: {
    lastProbed: '2026-11-21T14:22:47Z',
    status:
      'Get "http://10.42.1.237:4240/hello": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  },
  icmp: { lastProbed: '2026-11-21T14:22:47Z', status: 'Connection timed out' },
}
const path = (told: object) => ({
  'primary-address': { ip: '10.42.1.237', ...told },
  'secondary-addresses': [],
})
const node = (name: string, host: object = good, pod: object = good) => ({
  name,
  host: path(host),
  'health-endpoint': path(pod),
  endpoint: pod,
})
const SELF = node('pr-42-server-1')
const health = (nodes: object[], prefix = '') => ({
  local: { name: `${prefix}pr-42-server-1` },
  nodes,
  probeInterval: '1m36s',
  timestamp: '2026-11-21T14:23:49Z',
})

/** A crictl whose cilium-agent answers so. */
const crictl = (told: object, status = 'OK') => `case "$*" in
ps*) echo 5f3a;;
*'status --brief') echo ${JSON.stringify(status)};;
*cilium-health*) cat <<'BODY'\n${JSON.stringify(told)}\nBODY\n;;
esac`

const ask = (program: string) => runScript(nodeScript(ALL), { crictl: program })

test('all well', async () => {
  const { answer, bytes } = await ask(crictl(health([SELF, node('pr-42-agent-1'), node('pr-42-agent-2')])))
  expect(answer).toMatchObject({
    agent: 'OK',
    error: '',
    reached: 2,
    failed: [],
    missing: [],
    slowestMs: 0.511,
  })
  expect(bytes).toBeLessThan(2_400)
})

test('names of a cluster that is not called default', async () => {
  const others = ['pr-42-server-1', 'pr-42-agent-1', 'pr-42-agent-2'].map((name) => node(`mesh/${name}`))
  const { answer } = await ask(crictl(health(others, 'mesh/')))
  expect(answer).toMatchObject({ reached: 2, missing: [] })
})

test('VXLAN closed: hosts are reached, pods are not', async () => {
  const { answer } = await ask(
    crictl(health([SELF, node('pr-42-agent-1', good, bad), node('pr-42-agent-2')])),
  )
  expect(answer).toMatchObject({
    reached: 1,
    failed: [{ to: 'pr-42-agent-1', path: 'pod', why: expect.stringMatching(/^http: Get .*:4240/) }],
  })
})

test('a node that is cut off fails on both paths', async () => {
  const { answer } = await ask(crictl(health([SELF, node('pr-42-agent-1', bad, bad), node('pr-42-agent-2')])))
  expect(answer.failed.map(({ path: failed }) => failed)).toEqual(['host', 'pod'])
})

test('a path that was never probed is not a good one', async () => {
  const half = { name: 'pr-42-agent-1', host: path(good) }
  const { answer } = await ask(crictl(health([SELF, half, node('pr-42-agent-2')])))
  expect(answer).toMatchObject({ reached: 1, failed: [{ path: 'pod', why: 'not probed' }] })
})

test('a node that Cilium does not know', async () => {
  const { answer } = await ask(crictl(health([SELF, node('pr-42-agent-1')])))
  expect(answer).toMatchObject({ reached: 1, missing: ['pr-42-agent-2'] })
})

test('an agent that is ill, and one that does not run', async () => {
  const ill = await ask(crictl(health([SELF]), 'cilium: daemon unreachable'))
  expect(ill.answer.agent).toBe('cilium: daemon unreachable')
  const { answer } = await ask('true')
  expect(answer).toMatchObject({ agent: '', error: 'no cilium-agent container is running here', reached: 0 })
})

test('no crictl, as before the first start', async () => {
  const { answer } = await ask('echo "failed to connect: no such file" >&2; exit 1')
  expect(answer.error).toMatch(/no such file/)
})
