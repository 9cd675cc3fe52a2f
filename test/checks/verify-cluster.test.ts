import { expect, test } from '@jest/globals'
import { ALL_CHECKS } from '../../src/checks/all-checks.ts'
import type { ClusterProbe } from '../../src/checks/cluster-script.ts'
import { type VerifyOptions, verifyWorld } from '../../src/checks/verify-cluster.ts'
import { UserError } from '../../src/kit/errors.ts'
import { conclusionOf } from '../../src/report/conclusion.ts'
import type { Report } from '../../src/report/report.ts'
import { reportSchema } from '../../src/report/report.ts'
import { aCluster, aNode } from './a-cluster.ts'
import { aWorld, type Reply, sound } from './a-world.ts'

const OPTIONS: VerifyOptions = { checks: [], drills: [], settleTime: 60, longestWriteGap: 20 }

const statuses = ({ findings }: Report) =>
  Object.fromEntries(findings.map(({ name, status }) => [name, status]))

/** A sound cluster, except for some scripts on some nodes. */
const except =
  (script: string, change: (told: never, node: string) => unknown): Reply =>
  (asked, node) => {
    const told = sound(asked, node)
    return asked.name === script ? change(told as never, node.name) : told
  }

test('a sound cluster: every check passes, each question asked once', async () => {
  const world = aWorld(sound)
  const report = await verifyWorld(world, OPTIONS)
  expect(Object.keys(statuses(report))).toEqual(ALL_CHECKS.map(({ name }) => name))
  expect(new Set(Object.values(statuses(report)))).toEqual(new Set(['pass']))
  expect(report).toMatchObject({
    verdict: 'pass',
    cluster: 'pr-42',
    rke2Version: 'v1.35.4+rke2r1',
    topology: { length: 6 },
  })
  expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  const asked = world.asked.filter((name) => !name.includes('conformance'))
  expect(asked).toHaveLength(4)
  expect(new Set(asked)).toEqual(new Set(['check-balancer', 'check-cluster', 'check-node', 'check-server']))
})

test('a server that a killed drill left off gets its power back before anything is asked', async () => {
  const events: string[] = []
  const { servers, agents } = aCluster(3, 3)
  const victim = aNode('server', 1, { state: 'stopped', underDrill: true })
  const world = aWorld(
    (script, node) => {
      events.push('asked')
      return sound(script, node)
    },
    {
      nodes: async () =>
        events.includes('power') ? { servers, agents } : { servers: [victim, ...servers.slice(1)], agents },
      restorePower: async (id) => {
        expect(id).toBe(victim.instanceId)
        events.push('power')
      },
    },
  )
  const report = await verifyWorld(world, OPTIONS)
  expect(events[0]).toBe('power')
  expect(report.verdict).toBe('pass')
})

test('a server that someone else stopped stays so, and is a finding', async () => {
  const { servers, agents } = aCluster(3, 3)
  const off = aNode('server', 1, { state: 'stopped' })
  const world = aWorld(sound, {
    nodes: async () => ({ servers: [off, ...servers.slice(1)], agents }),
    restorePower: async () => {
      throw new Error('must not be called')
    },
  })
  const report = await verifyWorld(world, OPTIONS)
  expect(statuses(report)).toMatchObject({ etcd: 'fail', api: 'fail' })
})

test.each([
  ['its machines tell', { servers: 5, agents: 3 }, undefined, 'fail'],
  ['its machines are as many as they tell', { servers: 3, agents: 3 }, undefined, 'pass'],
  ['no machine tells', undefined, undefined, 'pass'],
  ['the run knows', undefined, { servers: 5, agents: 3 }, 'fail'],
  ['the run knows better: it was made smaller', { servers: 5, agents: 9 }, { servers: 3, agents: 3 }, 'pass'],
] as const)('machines that are gone, where %s', async (_, told, known, verdict) => {
  const { servers, agents } = aCluster(3, 3)
  const [first, ...others] = agents
  const tagged = first && told ? [{ ...first, wanted: told }, ...others] : agents
  const world = aWorld(sound, {
    nodes: async () => ({ servers, agents: tagged }),
    ...(known ? { wanted: known } : {}),
  })
  const report = await verifyWorld(world, { ...OPTIONS, settleTime: 1 })
  expect(statuses(report)).toMatchObject({ etcd: verdict, nodes: verdict })
  expect(/is highly available/.test(conclusionOf(report))).toBe(verdict === 'pass')
})

test('every check fails when no node can be asked, and none of them throws', async () => {
  const dead = aWorld(() => new Error('connection refused'), {
    balancer: async () => {
      throw new UserError('AccessDenied: elasticloadbalancing:DescribeTargetHealth')
    },
  })
  const report = await verifyWorld(dead, { ...OPTIONS, checks: ['!zones'] })
  const { zones, ...others } = statuses(report)
  expect(zones).toBe('skip')
  expect(new Set(Object.values(others))).toEqual(new Set(['fail']))
  expect(report.verdict).toBe('fail')
  for (const finding of report.findings) if (finding.status === 'fail') expect(finding.remedy).toBeTruthy()
})

test('a node that starts late is waited for, and only what failed is asked again', async () => {
  let rounds = 0
  const world = aWorld(
    except('check-node', (told: object, node) =>
      node === 'pr-42-agent-3' && rounds++ < 3
        ? { ...told, agent: '', error: 'no cilium-agent container is running here', reached: 0 }
        : told,
    ),
  )
  const report = await verifyWorld(world, OPTIONS)
  expect(statuses(report)).toMatchObject({ cilium: 'pass', connectivity: 'pass' })
  expect(world.asked.filter((name) => name === 'check-node')).toHaveLength(4)
  expect(world.asked.filter((name) => name === 'check-server')).toHaveLength(1)
})

test('an API server that has just started is awaited until it is registered', async () => {
  const world = aWorld(
    except('check-cluster', (told: ClusterProbe) => {
      const isFirst = world.asked.filter((name) => name === 'check-cluster').length === 1
      const apiServers = told.leases.apiServers.slice(isFirst ? 1 : 0)
      return { ...told, leases: { ...told.leases, apiServers } }
    }),
  )
  const report = await verifyWorld(world, OPTIONS)
  expect(statuses(report)).toMatchObject({ leases: 'pass' })
  expect(report.verdict).toBe('pass')
})

test('what does not settle fails with its last words, after the settle time and not much later', async () => {
  const world = aWorld(
    except('check-server', (told, node) => (node === 'pr-42-server-3' ? new Error('no etcd here') : told)),
  )
  const since = world.clock.now()
  const report = await verifyWorld(world, { ...OPTIONS, checks: ['etcd'] })
  expect(report.findings[0]).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(/^degraded: 2 of 3/),
  })
  expect(world.clock.now() - since).toBeLessThanOrEqual(66_000)
})

test('a machine that Run Command refuses spoils nobody else’s answer', async () => {
  const world = aWorld(sound)
  const { run } = world.runner
  world.runner.run = async (script, nodes) => {
    if (nodes.some(({ name }) => name === 'pr-42-agent-2')) throw new UserError('InvalidInstanceId: i-a2')
    return await run(script, nodes)
  }
  const report = await verifyWorld(world, { ...OPTIONS, checks: ['connectivity'], settleTime: 1 })
  expect(report.findings[0]).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(/^25 of 30 pairs/),
  })
})

test('a check that throws anything has failed', async () => {
  const report = await verifyWorld(
    aWorld(sound, {
      balancer: () => Promise.reject('not even an Error'),
    }),
    { ...OPTIONS, checks: ['balancer'], settleTime: 1 },
  )
  expect(report).toMatchObject({
    verdict: 'fail',
    findings: [{ detail: 'could not be carried out: not even an Error' }, ...Array(8).fill({})],
  })
})

test('nothing chosen is nothing proven', async () => {
  const report = await verifyWorld(aWorld(sound), {
    ...OPTIONS,
    checks: ALL_CHECKS.map(({ name }) => `!${name}`),
  })
  expect(report.verdict).toBe('fail')
})

test('a cancelled run ends at once', async () => {
  const controller = new AbortController()
  const world = aWorld(
    () => {
      controller.abort(new UserError('The run was cancelled (SIGINT).'))
      return new Error('x')
    },
    { signal: controller.signal },
  )
  await expect(verifyWorld(world, OPTIONS)).rejects.toThrow(/cancelled/)
})

test('a conformance run that ends while the first command waits needs no other one', async () => {
  const quick = {
    phase: 'Succeeded',
    cleaned: true,
    lines: ['Ran 5 of 9 Specs in 2.0 seconds', 'SUCCESS! -- 5 Passed | 0 Failed'],
  }
  const world = aWorld(except('check-conformance-start', (told: object) => ({ ...told, ...quick })))
  const report = await verifyWorld(world, { ...OPTIONS, checks: ['conformance'] })
  expect(statuses(report)).toMatchObject({ conformance: 'pass' })
  expect(world.asked).toEqual(['check-conformance-start'])
})

test('what an earlier conformance run left is waited for', async () => {
  let asked = 0
  const world = aWorld(
    except('check-conformance-start', (told: object) =>
      asked++ < 2 ? { ...told, phase: 'Leftover' } : told,
    ),
  )
  const report = await verifyWorld(world, { ...OPTIONS, checks: ['conformance'] })
  expect(statuses(report)).toMatchObject({ conformance: 'pass' })
  expect(asked).toBe(3)
})

test('conformance cleans up, also when it could not run', async () => {
  const world = aWorld(except('check-conformance-poll', () => new Error('gone')))
  const report = await verifyWorld(world, { ...OPTIONS, checks: ['conformance'] })
  expect(report.findings.find(({ name }) => name === 'conformance')).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(/^could not/),
  })
  expect(world.asked.at(-1)).toBe('check-conformance-stop')
})

test('a drill is not begun on an ill cluster', async () => {
  const world = aWorld(except('check-node', (told: object) => ({ ...told, agent: 'ill' })))
  const report = await verifyWorld(world, { ...OPTIONS, drills: ['lose-one-server'], settleTime: 1 })
  expect(report.findings.at(-1)).toMatchObject({
    kind: 'drill',
    status: 'skip',
    detail: 'not begun, as these failed: cilium',
  })
  expect(world.asked).not.toContain('drill-writer')
})
