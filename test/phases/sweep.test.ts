import { CreateTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { terminateInstances } from '../../src/aws/instances.ts'
import { findSecurityGroups } from '../../src/aws/security-groups.ts'
import type { Clock } from '../../src/kit/clock.ts'
import { AwsFault } from '../../src/local-cloud/wire/service.ts'
import { clusterPhases } from '../../src/phases/cluster.ts'
import type { Context } from '../../src/phases/context.ts'
import { takeLease } from '../../src/phases/lease/take-lease.ts'
import { withLease } from '../../src/phases/lease/with-lease.ts'
import { findAll } from '../../src/phases/leftovers/residue.ts'
import { stamp } from '../../src/phases/leftovers/stamp.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { sweep } from '../../src/phases/sweep.ts'
import { sweepMarkdown } from '../../src/report/sweep-markdown.ts'
import { layVolume, madeByKubernetes } from './attachments.ts'
import { recordedCluster } from './recorded-cluster.ts'

const HOUR = 3600_000

/** A sweep `later` milliseconds from now. */
const sweepOf = (
  { aws, clock, log, run, signal }: Context,
  { later = 0, dryRun = false }: { later?: number; dryRun?: boolean } = {},
) => {
  const then: Clock = { ...clock, now: () => clock.now() + later }
  return sweep({ aws, clock: then, log, run, signal, timeout: 20, dryRun })
}

const fates = ({ clusters }: Awaited<ReturnType<typeof sweepOf>>) =>
  clusters.map(({ name, fate, removed }) => `${name} ${fate}${removed ? ', gone' : ''}`)

test('only what is over is taken away, a dry run takes nothing, and both say whose it was', async () => {
  const { context, contextOf } = await recordedCluster({ servers: 1, agents: 1 })
  const over = contextOf({ 'cluster-name': 'over', ttl: 1 })
  await runPhases(clusterPhases, context)
  await runPhases(clusterPhases, { ...over, run: { id: '42-1', repository: 'acme/shop' } })
  const dry = await sweepOf(context, { later: HOUR, dryRun: true })
  expect(fates(dry)).toEqual(['over remove', 'pr-42 keep'])
  expect((await over.nodes()).servers).toHaveLength(1)
  const swept = await sweepOf(context, { later: HOUR })
  expect(fates(swept)).toEqual(['over remove, gone', 'pr-42 keep'])
  expect(swept.failures).toEqual([])
  expect(swept.clusters[0]).toMatchObject({ run: '42-1', repository: 'acme/shop' })
  expect(swept.clusters[0]?.stood['instances']).toHaveLength(2)
  // The local cloud's prices: two t3.large for an hour at 0.12, and a balancer at 0.03.
  expect(sweepMarkdown(swept, false)).toMatch(
    /\| over \| removed \|.*acme\/shop https:\/\/github.com\/acme\/shop\/actions\/runs\/42\/attempts\/1 \| 0\.27 \| 2 instances, 1 load balancers/,
  )
  expect((await over.nodes()).servers).toHaveLength(0)
  expect((await context.nodes()).servers).toHaveLength(1)
}, 60_000)

test('balancers of both kinds that Kubernetes made for a cluster go with it, and are told', async () => {
  const { context, world } = await recordedCluster({ servers: 1, agents: 0, ttl: 1 })
  await runPhases(clusterPhases, context)
  await madeByKubernetes(context.aws, world, 'pr-42')
  const swept = await sweepOf(context, { later: HOUR })
  expect([fates(swept), swept.failures]).toEqual([['pr-42 remove, gone'], []])
  expect(swept.clusters[0]?.stood).toMatchObject({
    'load balancers': expect.arrayContaining(['a1', 'pr-42-rke2']),
    'classic load balancers': ['c1'],
  })
  expect(sweepMarkdown(swept, false)).toContain('2 load balancers, 1 classic load balancers')
  expect([world.loadBalancers.size, world.classicBalancers.size]).toEqual([0, 0])
}, 60_000)

test('a cluster without a time is marked first, and removed by a later sweep', async () => {
  const { context } = await recordedCluster({ servers: 1, agents: 0 })
  await runPhases(clusterPhases, context)
  // As if somebody had spoiled the tag: it is there, and is no time.
  await stamp(context.aws, await findAll(context.aws, { cluster: 'pr-42' }), {
    'rke2-action:expires-at': 'when I am back',
  })
  expect(fates(await sweepOf(context, { later: 100 * HOUR, dryRun: true }))).toEqual(['pr-42 mark'])
  expect(fates(await sweepOf(context))).toEqual(['pr-42 mark'])
  expect(fates(await sweepOf(context))).toEqual(['pr-42 keep'])
  // A part that came after the mark: somebody works on it.
  const [group] = await findSecurityGroups(context.aws.ec2, { cluster: 'pr-42' })
  const Resources = [group?.id ?? '']
  await context.aws.ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'rke2-action:marked-at' }] }))
  expect(fates(await sweepOf(context, { later: HOUR }))).toEqual(['pr-42 mark'])
  expect(fates(await sweepOf(context, { later: HOUR + 1000 }))).toEqual(['pr-42 keep'])
  expect(fates(await sweepOf(context, { later: 2 * HOUR }))).toEqual(['pr-42 remove, gone'])
}, 60_000)

test('a hold on any part keeps all, until its date', async () => {
  const { context } = await recordedCluster({ servers: 1, agents: 0, ttl: 1 })
  await runPhases(clusterPhases, context)
  const [group] = await findSecurityGroups(context.aws.ec2, { cluster: 'pr-42' })
  const hold = (Value: string) =>
    context.aws.ec2.send(
      new CreateTagsCommand({
        Resources: [group?.id ?? ''],
        Tags: [{ Key: 'rke2-action:hold-until', Value }],
      }),
    )
  await hold(new Date(Date.now() + 5 * HOUR).toISOString())
  expect(fates(await sweepOf(context, { later: 4 * HOUR }))).toEqual(['pr-42 keep'])
  await hold('forever')
  expect(fates(await sweepOf(context, { later: 999 * HOUR }))).toEqual(['pr-42 keep'])
  await hold(new Date(Date.now() + 5 * HOUR).toISOString())
  expect(fates(await sweepOf(context, { later: 6 * HOUR }))).toEqual(['pr-42 remove, gone'])
}, 60_000)

test('one cluster that can’t be removed keeps no other', async () => {
  const { context, contextOf, world } = await recordedCluster({ servers: 1, agents: 0, ttl: 1 })
  const other = contextOf({ 'cluster-name': 'other' })
  await runPhases(clusterPhases, other)
  await runPhases(clusterPhases, context)
  const [balancer] = [...world.loadBalancers.values()].filter(({ name }) => name === 'other-rke2')
  if (!balancer) throw new Error('there is no balancer')
  world.loadBalancers.set(balancer.arn, {
    ...balancer,
    attributes: { ...balancer.attributes, 'deletion_protection.enabled': 'true' },
  })
  const swept = await sweep({
    ...context,
    clock: { ...context.clock, now: () => Date.now() + HOUR },
    timeout: 3,
    dryRun: false,
  })
  expect(fates(swept)).toEqual(['other remove', 'pr-42 remove, gone'])
  expect(swept.failures).toHaveLength(1)
}, 60_000)

test.each<[string, string, string[]]>([
  ['may hide a hold by hand keeps the cluster', 'DescribeLoadBalancers', ['running']],
  ['takes no tags keeps no machine', 'DescribeActivations', []],
])(
  'what can’t be asked is told; one that %s',
  async (_, operation, alive) => {
    const { context, world, refuse } = await recordedCluster({ servers: 1, agents: 0, ttl: 1 })
    await runPhases(clusterPhases, context)
    refuse(operation, () => new AwsFault('AccessDenied', `not authorized to ${operation}`))
    const { failures } = await sweepOf(context, { later: HOUR })
    expect(failures.map(String).join('\n')).toMatch(/could not look for .*: not authorized to Describe/)
    const states = [...world.instances.values()].map(({ state }) => state)
    expect(states.filter((state) => state !== 'terminated')).toEqual(alive)
  },
  60_000,
)

test('a cluster that a run works on now is left to it, though its time is over', async () => {
  const { context, lines } = await recordedCluster({ servers: 1, agents: 0, ttl: 1 })
  await runPhases(clusterPhases, context)
  const { aws, clock, log, signal } = context
  const other = { cluster: 'pr-42', aws, log, signal, run: { id: '42-1', repository: 'acme/shop' } }
  const wish = { onBusy: 'fail', timeout: 20, idleSeconds: 9000 } as const
  // A lease is judged by the same clock as the sweep's.
  const then: Clock = { ...clock, now: () => clock.now() + 60_000 }
  await withLease({ ...other, clock: then }, wish, async () => {
    const { clusters, failures } = await sweepOf(context, { later: 60_000 })
    expect([clusters.map(({ fate, removed }) => [fate, removed]), failures]).toEqual([[['keep', false]], []])
  })
  expect(lines.join('\n')).toMatch(/pr-42 stays: pr-42 is taken: .*runs\/42\/attempts\/1 works on it/)
  expect(fates(await sweepOf(context, { later: 60_000 }))).toEqual(['pr-42 remove, gone'])
}, 60_000)

test('without the right to read prices a sweep does its work, and invents no cost', async () => {
  const { context, refuse } = await recordedCluster({ servers: 1, agents: 0, ttl: 1 })
  await runPhases(clusterPhases, context)
  refuse(
    'GetProducts',
    () => new AwsFault('AccessDeniedException', 'User: x is not authorized to perform this'),
  )
  const swept = await sweepOf(context, { later: HOUR })
  expect(sweepMarkdown(swept, false)).toContain(
    '| unknown: the role of this job may not read AWS’s price list',
  )
  expect(swept.clusters[0]?.removed).toBe(true)
}, 60_000)

test('volumes of a CSI driver that no tag gives to a cluster are told once for all clusters of a sweep', async () => {
  const { context, contextOf, world, lines } = await recordedCluster({ servers: 1, agents: 0, ttl: 1 })
  for (const one of [context, contextOf({ 'cluster-name': 'other' })]) {
    await runPhases(clusterPhases, one)
    await terminateInstances(one.aws.ec2, [...world.instances.keys()])
  }
  layVolume(world, 'vol-0ddddddddddddddd1', { 'ebs.csi.aws.com/cluster': 'true' })
  await sweepOf(context, { later: HOUR, dryRun: true })
  expect(lines.join('\n')).not.toContain('vol-0ddddddddddddddd1')
  expect(fates(await sweepOf(context, { later: HOUR }))).toEqual(['other remove, gone', 'pr-42 remove, gone'])
  expect(lines.filter((line) => line.includes('vol-0ddddddddddddddd1: made by'))).toHaveLength(1)
}, 60_000)

test('a cluster whose machines ended is told with what they cost, and never with nothing', async () => {
  const { context, world, lines } = await recordedCluster({ servers: 1, agents: 0, ttl: 1 })
  await runPhases(clusterPhases, context)
  const launchedAt = Date.now() - 10 * HOUR
  for (const [id, one] of world.instances) world.instances.set(id, { ...one, launchedAt })
  for (const [arn, one] of world.loadBalancers)
    world.loadBalancers.set(arn, { ...one, createdAt: launchedAt })
  await terminateInstances(context.aws.ec2, [...world.instances.keys()])
  const dryRun = { later: 10 * HOUR, dryRun: true }
  // The local cloud's prices: one t3.large at 0.12 for ten hours, and a balancer at 0.03 for twenty.
  expect(sweepMarkdown(await sweepOf(context, dryRun), true)).toContain('| 1.80 |')
  for (const id of world.instances.keys()) world.instances.delete(id)
  const withoutMachines = await sweepOf(context, dryRun)
  expect(sweepMarkdown(withoutMachines, true)).toContain('| 0.60 without machines: its machines are gone |')
  expect(lines.at(-1)).toMatch(/cost so far, in USD: 0.60 without machines: its machines are gone$/)
  world.loadBalancers.clear()
  expect(sweepMarkdown(await sweepOf(context, dryRun), true)).toContain('| unknown: its machines are gone |')
}, 60_000)

test('leases of runs that died are deleted once nothing else stands and all have lapsed', async () => {
  const { context, world } = await recordedCluster({ servers: 1, agents: 0 })
  const { aws, clock, log, signal } = context
  const own = { cluster: 'pr-42', aws, clock, log, signal, run: { id: '42-1', repository: 'acme/shop' } }
  await takeLease(own, { onBusy: 'fail', timeout: 20 })
  expect([...world.parameters.keys()]).toEqual(['/rke2-action/lease.pr-42/1'])
  expect(await sweepOf(context, { later: 60_000 })).toEqual({ clusters: [], leases: [], failures: [] })
  const dry = await sweepOf(context, { later: HOUR, dryRun: true })
  expect([dry.leases, world.parameters.size]).toEqual([['pr-42'], 1])
  const swept = await sweepOf(context, { later: HOUR })
  expect([swept.leases, swept.failures, world.parameters.size]).toEqual([['pr-42'], [], 0])
  expect(sweepMarkdown(swept, false)).toContain('nothing stood but lapsed leases, which cost nothing: pr-42')
}, 60_000)

test('where not all could be asked, a lapsed lease stays', async () => {
  const { context, world, refuse } = await recordedCluster({ servers: 1, agents: 0 })
  const { aws, clock, log, signal, run } = context
  await takeLease({ cluster: 'pr-42', aws, clock, log, signal, run }, { onBusy: 'fail', timeout: 20 })
  refuse('DescribeActivations', () => new AwsFault('AccessDenied', 'not authorized'))
  expect((await sweepOf(context, { later: HOUR })).leases).toEqual([])
  expect(world.parameters.size).toBe(1)
}, 60_000)
