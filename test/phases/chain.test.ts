import { expect, test } from '@jest/globals'
import { cutPower, terminateInstances } from '../../src/aws/instances.ts'
import { bootstrapFirstServer } from '../../src/phases/bootstrap-first-server.ts'
import { clusterPhases } from '../../src/phases/cluster.ts'
import type { Context } from '../../src/phases/context.ts'
import { joinServers } from '../../src/phases/join-servers.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { teardown } from '../../src/phases/teardown.ts'
import { recordedCluster } from './recorded-cluster.ts'

/** The setting NAMES of a script, which travels in Base64. */
function namesIn(commands: readonly string[]): string[] {
  const text = Buffer.from(/printf %s (\S+)/.exec(commands.join(' '))?.[1] ?? '', 'base64').toString()
  return /^export NAMES='([^']*)'/m.exec(text)?.[1]?.split(' ') ?? []
}

const teardownOf = ({ aws, clock, log, signal, spec }: Context) =>
  teardown({ cluster: spec.clusterName, aws, clock, log, signal, timeout: 20 })

test('three servers and three agents, up and gone, over the AWS APIs', async () => {
  const { context, machines, lines } = await recordedCluster()
  await runPhases(clusterPhases, context)
  const { servers, agents } = await context.nodes()
  expect([...servers, ...agents].map((node) => node.name)).toEqual([
    'pr-42-server-1',
    'pr-42-server-2',
    'pr-42-server-3',
    'pr-42-agent-1',
    'pr-42-agent-2',
    'pr-42-agent-3',
  ])
  expect(new Set(servers.map((node) => node.zone)).size).toBe(3)
  expect(machines.ran.filter((line) => line.startsWith('start-first-server'))).toEqual([
    `start-first-server ${servers[0]?.instanceId}`,
  ])
  expect(machines.ran.filter((line) => line.startsWith('join-server'))).toHaveLength(2)
  expect(machines.ran.filter((line) => line.startsWith('join-agent'))).toHaveLength(3)
  const { residue } = await teardownOf(context)
  expect(Object.values(residue).flat()).toEqual([])
  expect(lines.join('\n')).toContain('nothing is left: 0 instances, 0 load balancers')
}, 30_000)

test('a second run finds the work done', async () => {
  const { calls, context, machines } = await recordedCluster()
  await runPhases(clusterPhases, context)
  const before = (await context.nodes()).servers.map((node) => node.instanceId)
  machines.ran.length = 0
  calls.clear()
  await runPhases(clusterPhases, context)
  expect(created(calls)).toEqual([])
  expect((await context.nodes()).servers.map((node) => node.instanceId)).toEqual(before)
  expect(machines.ran.filter((line) => /^(start|join)-/.test(line))).toEqual([])
}, 30_000)

test('a machine that was stopped is started again', async () => {
  const { context, lines } = await recordedCluster({ servers: 3, agents: 0 })
  await runPhases(clusterPhases, context)
  const [first] = (await context.nodes()).servers
  await cutPower(context.aws.ec2, first?.instanceId ?? '')
  expect((await context.nodes()).servers.map(({ underDrill }) => underDrill)).toEqual([true, false, false])
  await runPhases(clusterPhases, context)
  expect((await context.nodes()).servers.map(({ state }) => state)).toEqual(['running', 'running', 'running'])
  expect((await context.nodes()).servers.map(({ underDrill }) => underDrill)).toEqual([false, false, false])
  expect(lines.join('\n')).toContain('pr-42-server-1 was stopped: started again')
}, 30_000)

test('a member whose rke2-server was stopped is started again, and waited for', async () => {
  const { context, machines, lines } = await recordedCluster({ servers: 3, agents: 0 })
  await runPhases(clusterPhases, context)
  const [first] = (await context.nodes()).servers
  let unit = 'inactive'
  let looksLeft = 2
  // Its etcd and its API are static pods, and go on; the unit needs a moment to start.
  const look = {
    name: 'x',
    restarts: 0,
    etcd: true,
    readyz: true,
    voter: true,
    data: true,
    tail: '',
    members: [],
  }
  machines.answers['await-server'] = ({ instanceId }) => {
    if (unit === 'activating' && looksLeft-- === 0) unit = 'active'
    const said = { ...look, unit: instanceId === first?.instanceId ? unit : 'active' }
    return { exitCode: 0, stdout: JSON.stringify(said) }
  }
  machines.answers['start-server'] = () => {
    unit = 'activating'
    return { exitCode: 0, stdout: '{"started":true}' }
  }
  machines.ran.length = 0
  await runPhases(clusterPhases, context)
  expect(machines.ran.filter((line) => /^(start|join)-/.test(line))).toEqual([
    `start-server ${first?.instanceId}`,
  ])
  expect(unit).toBe('active')
  expect(lines.join('\n')).toMatch(
    /warning .*rke2-server was down on pr-42-server-1, while its etcd and its API went on: started again/,
  )
}, 30_000)

test('a voter whose rke2-server keeps failing is no member: it joins anew and is waited for, red as long as it fails', async () => {
  const { context, machines, lines } = await recordedCluster({ servers: 3, agents: 0 })
  await runPhases(clusterPhases, context)
  const { servers } = await context.nodes()
  const members = servers.map(({ name, privateIp }, at) => ({
    ...{ id: `${at}`, name: `${name}-993d8281`, address: privateIp, learner: false },
  }))
  const second = servers[1]?.instanceId
  let mended = false
  machines.answers['await-server'] = ({ instanceId }) => {
    const failing = instanceId === second && !mended
    const unit = failing ? { unit: 'activating', restarts: 4 } : { unit: 'active', restarts: 0 }
    const look = { ...unit, name: 'x', etcd: true, readyz: true, voter: true, data: true, tail: '', members }
    return { exitCode: 0, stdout: JSON.stringify(look) }
  }
  await expect(runPhases([joinServers], context)).rejects.toThrow(/^pr-42-server-2 keeps failing/)
  machines.answers['join-server'] = () => {
    mended = true
    return { exitCode: 0, stdout: '{"started":true}' }
  }
  machines.ran.length = 0
  await runPhases([joinServers], context)
  expect(machines.ran.filter((line) => /^(start|join)-/.test(line))).toEqual([`join-server ${second}`])
  expect(lines.join('\n')).toContain('pr-42-server-2 is a voter, its API is ready')
}, 30_000)

test('an empty first server begins no second cluster while the others come back with theirs', async () => {
  const { context, contextOf, machines, lines } = await recordedCluster({ servers: 3, agents: 0 })
  await runPhases([provisionNodes], context)
  const { servers } = await context.nodes()
  const [empty, stopped, booting] = servers.map(({ instanceId }) => instanceId)
  const up = new Set<string>()
  machines.answers['await-server'] = ({ instanceId }) => {
    const is = up.has(instanceId)
    const unit = is ? 'active' : instanceId === booting ? 'activating' : 'inactive'
    const data = instanceId !== empty
    const look = {
      name: 'x',
      unit,
      restarts: 0,
      etcd: is,
      readyz: is,
      voter: is,
      data,
      tail: '',
      members: [],
    }
    return { exitCode: 0, stdout: JSON.stringify(look) }
  }
  machines.answers['start-server'] = ({ instanceId }) => {
    for (const each of [instanceId, booting ?? '']) up.add(each)
    return { exitCode: 0, stdout: '{"started":true}' }
  }
  machines.ran.length = 0
  await runPhases([bootstrapFirstServer], context)
  expect(machines.ran.filter((line) => /^(start|join)-/.test(line))).toEqual([
    `start-server ${stopped}`,
    `start-server ${booting}`,
  ])
  expect(machines.ran).toContain(`publish-kubeconfig ${stopped}`)
  expect(lines.join('\n')).toContain('the data of a cluster is on pr-42-server-2, pr-42-server-3, and')
  // Its data is there, and nothing else: the user decides.
  machines.answers['start-server'] = () => ({ exitCode: 0, stdout: '{"started":true}' })
  up.clear()
  const failure = runPhases([bootstrapFirstServer], contextOf({ timeout: 2 }))
  await expect(failure).rejects.toThrow(/^pr-42-server-2 is no member within 2 s/)
  await expect(failure).rejects.toMatchObject({
    hint: expect.stringContaining('terminate pr-42-server-2, pr-42-server-3'),
  })
}, 60_000)

test('teardown with nothing there works', async () => {
  const { context } = await recordedCluster()
  const { removed, residue } = await teardownOf(context)
  expect([removed, residue].flatMap((kinds) => Object.values(kinds).flat())).toEqual([])
})

const created = (calls: ReadonlyMap<string, number>) =>
  [...calls.keys()].filter((operation) => /^(Create|Run|Put|Authorize)/.test(operation))

test.each([
  [
    'an instance type that does not exist',
    { 'server-instance-type': ['z9.large'] },
    /z9\.large does not exist/,
  ],
  ['a VPC range that pods would use too', { 'cluster-cidr': '172.31.0.0/16' }, /overlaps the VPC/],
  [
    'an image of another architecture',
    { image: 'ami-0a1b2c3d4e5f60001', 'agent-instance-type': ['t4g.large'] },
    /arm64/,
  ],
])('%s is told before anything is created', async (_, settings, words) => {
  const { context, calls } = await recordedCluster(settings)
  await expect(runPhases(clusterPhases, context)).rejects.toThrow(words)
  expect(created(calls)).toEqual([])
})

test('a server that keeps failing is named with its cause and its log', async () => {
  const { context, machines } = await recordedCluster()
  const says = 'level=fatal msg="failed to bootstrap cluster data: not authorized"'
  machines.answers['join-server'] = () => ({ exitCode: 0, stdout: '{"started":true}' })
  const look = machines.answers
  look['await-server'] = ({ instanceId }) => {
    const up = machines.started.has(instanceId)
    const answer = { name: 'x', etcd: up, readyz: up, voter: up, data: up, tail: up ? '' : says, members: [] }
    return {
      exitCode: 0,
      stdout: JSON.stringify({ ...answer, unit: up ? 'active' : 'activating', restarts: 4 }),
    }
  }
  const failure = await runPhases(clusterPhases, context).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(AggregateError)
  const [first] = (failure as AggregateError).errors as { message: string; hint: string }[]
  expect(first?.message).toMatch(/^pr-42-server-2 keeps failing: the token is wrong\n {4}level=fatal/)
  expect(first?.hint).toMatch(/token parameter/)
}, 30_000)

test('an agent that takes the name of one that is gone is joined when its Node is deleted; those that have joined keep theirs', async () => {
  const { context, machines, lines } = await recordedCluster({ servers: 1, agents: 3 })
  await runPhases(clusterPhases, context)
  const [gone, stopped, failing] = (await context.nodes()).agents
  await terminateInstances(context.aws.ec2, [gone?.instanceId ?? ''])
  // What each agent says of itself: one was stopped, one is refused by an earlier run, the new one says nothing yet.
  const rejected = "Node password rejected, duplicate hostname or contents of '/etc/rancher/node/password'"
  const says: Record<string, object> = {
    [stopped?.instanceId ?? '']: { unit: 'inactive', joined: true, tail: '' },
    [failing?.instanceId ?? '']: { unit: 'activating', joined: false, tail: rejected },
  }
  const joining = new Set<string>()
  machines.answers['await-agent'] = ({ instanceId }) => {
    const said = joining.has(instanceId) ? { unit: 'active', joined: true, tail: '' } : says[instanceId]
    const look = { unit: 'inactive', joined: false, tail: '', restarts: 0, ...said }
    return { exitCode: 0, stdout: JSON.stringify(look) }
  }
  machines.answers['join-agent'] = ({ instanceId }) => {
    joining.add(instanceId)
    return { exitCode: 0, stdout: '{"started":true}' }
  }
  const forgotten: string[] = []
  machines.answers['forget-nodes'] = ({ commands }) => {
    expect(joining).toEqual(new Set())
    forgotten.push(...namesIn(commands))
    return { exitCode: 0, stdout: '{"missing":"","gone":["pr-42-agent-1"]}' }
  }
  await runPhases(clusterPhases, context)
  expect(joining.size).toBe(3)
  expect(forgotten).toEqual(['pr-42-agent-1', 'pr-42-agent-3'])
  expect(lines.join('\n')).toContain('pr-42-agent-1: deleted the Node of the machine before')
}, 30_000)

test('SSM calls grow with batches of 50, not with nodes', async () => {
  const callsFor = async (agents: number) => {
    const { context, calls } = await recordedCluster({ servers: 1, agents })
    await runPhases(clusterPhases, context)
    expect((await context.nodes()).agents.at(-1)?.name).toBe(`pr-42-agent-${agents}`)
    return calls.get('SendCommand') ?? 0
  }
  const [few, oneBatch, twoBatches] = [await callsFor(10), await callsFor(49), await callsFor(99)]
  expect(oneBatch).toBe(few)
  // Ready, look, install, join, look again and label: one more batch each.
  expect(twoBatches - oneBatch).toBeLessThanOrEqual(8)
}, 120_000)
