import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { CreateLoadBalancerCommand as CreateClassicBalancerCommand } from '@aws-sdk/client-elastic-load-balancing'
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateActivationCommand } from '@aws-sdk/client-ssm'
import { expect, test } from '@jest/globals'
import { terminateInstances } from '../../src/aws/instances.ts'
import { describeError } from '../../src/kit/errors.ts'
import type { Log } from '../../src/kit/log.ts'
import { AwsFault, type Handler } from '../../src/local-cloud/wire/service.ts'
import type { Context } from '../../src/phases/context.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { teardown } from '../../src/phases/teardown.ts'
import { around } from './around.ts'
import { layHybridNode, layVolume, madeByController, madeByKubernetes } from './attachments.ts'
import { recordedCluster } from './recorded-cluster.ts'

const gone = ({ aws, clock, log, signal, spec }: Context, timeout = 20) =>
  teardown({ cluster: spec.clusterName, aws, clock, log, signal, timeout })

const OWNED = [{ Key: 'kubernetes.io/cluster/pr-42', Value: 'owned' }]
const OURS = [{ Key: 'rke2-action:cluster', Value: 'pr-42' }]

test('what the cluster itself made goes with it, and what others made stays', async () => {
  const { context, world } = await recordedCluster({ servers: 1, agents: 0 })
  await provisionNodes.run(context)
  await madeByKubernetes(context.aws, world, 'pr-42')
  layVolume(world, 'vol-0bbbbbbbbbbbbbbb1', { 'kubernetes.io/cluster/pr-42': 'shared' })
  layVolume(world, 'vol-0bbbbbbbbbbbbbbb2', { 'kubernetes.io/cluster/pr-421': 'owned' })
  layVolume(world, 'vol-0bbbbbbbbbbbbbbb3', {
    'kubernetes.io/cluster/pr-42': 'owned',
    'aws:eks:cluster-name': 'pr-42',
  })
  layVolume(world, 'vol-0bbbbbbbbbbbbbbb4', {
    'kubernetes.io/cluster/pr-42': 'owned',
    'rke2-action:cluster': 'other',
  })
  const { removed, residue } = await gone(context)
  expect(removed).toMatchObject({
    'load balancers': expect.arrayContaining(['a1', 'pr-42-rke2']),
    'classic load balancers': ['c1'],
    'target groups': expect.arrayContaining(['k8s-a1', 'pr-42-6443', 'pr-42-9345']),
    'security groups': expect.arrayContaining(['k8s-elb-a1', 'k8s-elb-c1', 'pr-42-nodes', 'pr-42-balancer']),
    volumes: ['vol-0aaaaaaaaaaaaaaa1'],
  })
  expect(Object.values(residue).flat()).toEqual([])
  expect([...world.volumes.keys()].map((id) => id.slice(-2))).toEqual(['b1', 'b2', 'b3', 'b4'])
  expect([...world.securityGroups.values()].map(({ name }) => name)).toEqual(['default'])
}, 60_000)

test('a classic balancer that another tag gives to others stays', async () => {
  const { context, world } = await recordedCluster({ servers: 1, agents: 0 })
  const others: Record<string, Record<string, string>> = {
    shared: { 'kubernetes.io/cluster/pr-42': 'shared' },
    alike: { 'kubernetes.io/cluster/pr-421': 'owned' },
    eks: { 'kubernetes.io/cluster/pr-42': 'owned', 'aws:eks:cluster-name': 'pr-42' },
    theirs: { 'kubernetes.io/cluster/pr-42': 'owned', 'rke2-action:cluster': 'other' },
    none: {},
  }
  for (const [LoadBalancerName, tags] of Object.entries(others)) {
    await context.aws.classicElb.send(
      new CreateClassicBalancerCommand({
        LoadBalancerName,
        Listeners: [{ Protocol: 'TCP', LoadBalancerPort: 80, InstancePort: 80 }],
        Subnets: [...world.network.subnets.keys()],
      }),
    )
    world.tags.set(world.classicBalancers.get(LoadBalancerName)?.arn ?? '', tags)
  }
  const { removed } = await gone(context)
  expect(removed['classic load balancers']).toEqual([])
  expect([...world.classicBalancers.keys()]).toEqual(Object.keys(others))
}, 30_000)

test('what the AWS Load Balancer Controller made goes with the cluster, and another cluster’s stays', async () => {
  const { context, world } = await recordedCluster({ servers: 1, agents: 0 })
  await provisionNodes.run(context)
  await madeByController(context.aws, world, 'pr-42')
  const lay = (name: string, tags: Record<string, string>) =>
    context.aws.ec2.send(
      new CreateSecurityGroupCommand({
        ...{ GroupName: name, Description: 'of the controller' },
        TagSpecifications: [
          {
            ResourceType: 'security-group',
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          },
        ],
      }),
    )
  await lay('k8s-other', { 'elbv2.k8s.aws/cluster': 'pr-421' })
  await lay('k8s-ours', { 'elbv2.k8s.aws/cluster': 'pr-42', 'rke2-action:cluster': 'other' })
  const { removed, residue } = await gone(context)
  expect(removed).toMatchObject({
    'load balancers': expect.arrayContaining(['b1', 'pr-42-rke2']),
    'target groups': expect.arrayContaining(['k8s-b1']),
    'security groups': expect.arrayContaining(['k8s-elb-b1']),
  })
  expect(Object.values(residue).flat()).toEqual([])
  expect([...world.loadBalancers.keys(), ...world.targetGroups.keys()]).toEqual([])
  expect([...world.securityGroups.values()].map(({ name }) => name)).toEqual([
    'default',
    'k8s-other',
    'k8s-ours',
  ])
}, 60_000)

test('a volume of its machines that no tag gives to the cluster stays, and is told', async () => {
  const { context, world, lines } = await recordedCluster({ servers: 1, agents: 0 })
  await provisionNodes.run(context)
  const [machine] = world.instances.keys()
  const claim = {
    'kubernetes.io/created-for/pvc/name': 'data',
    'kubernetes.io/created-for/pvc/namespace': 'shop',
  }
  layVolume(world, 'vol-0ccccccccccccccc1', claim, machine)
  layVolume(world, 'vol-0ccccccccccccccc2', { 'kubernetes.io/cluster/pr-42': 'owned' }, machine)
  layVolume(world, 'vol-0ccccccccccccccc3', {})
  await gone(context)
  expect([...world.volumes.keys()]).toEqual(['vol-0ccccccccccccccc1', 'vol-0ccccccccccccccc3'])
  const warnings = lines.filter((line) => line.startsWith('warning'))
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain('vol-0ccccccccccccccc1 (claim shop/data): attached to machines of pr-42')
  expect(warnings[0]).toContain(
    '\n  aws ec2 delete-volume --region eu-west-1 --volume-id vol-0ccccccccccccccc1\n',
  )
}, 60_000)

test('volumes of a CSI driver that stand alone once the machines stopped themselves are told, with whose they may be', async () => {
  const { context, world, lines } = await recordedCluster({ servers: 1, agents: 0 })
  await provisionNodes.run(context)
  await terminateInstances(context.aws.ec2, [...world.instances.keys()])
  const byDriver = { 'ebs.csi.aws.com/cluster': 'true', CSIVolumeName: 'pvc-1' }
  layVolume(world, 'vol-0ddddddddddddddd1', byDriver)
  layVolume(world, 'vol-0ddddddddddddddd2', byDriver, undefined, Date.now() - 3600_000)
  layVolume(world, 'vol-0ddddddddddddddd3', { ...byDriver, 'kubernetes.io/cluster/other': 'owned' })
  layVolume(world, 'vol-0ddddddddddddddd4', { ...byDriver, 'rke2-action:cluster': 'other' })
  layVolume(world, 'vol-0ddddddddddddddd5', byDriver, 'i-0aaaaaaaaaaaaaaaa')
  layVolume(world, 'vol-0ddddddddddddddd6', {})
  await gone(context)
  expect(world.volumes.size).toBe(6)
  const warnings = lines.filter((line) => line.startsWith('warning'))
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(/vol-0d+1: made by an EBS CSI driver since \S+Z, .*may be another cluster's/)
  expect(warnings[0]?.match(/aws ec2 delete-volume .*/g)).toEqual([
    'aws ec2 delete-volume --region eu-west-1 --volume-id vol-0ddddddddddddddd1',
  ])
}, 60_000)

test('snapshots that carry the cluster’s tag stay, and are told', async () => {
  const { context, world, lines, refuse } = await recordedCluster({ servers: 1, agents: 0 })
  const lay = (id: string, tags: Record<string, string>) => {
    world.snapshots.set(id, { id, volumeId: 'vol-0ffffffffffffffff', sizeGib: 8, startedAt: 0 })
    world.tags.set(id, tags)
  }
  lay('snap-0aaaaaaaaaaaaaaa1', { 'kubernetes.io/cluster/pr-42': 'owned' })
  lay('snap-0aaaaaaaaaaaaaaa2', { 'kubernetes.io/cluster/pr-421': 'owned' })
  lay('snap-0aaaaaaaaaaaaaaa3', { 'kubernetes.io/cluster/pr-42': 'owned', 'rke2-action:cluster': 'other' })
  await gone(context)
  expect(world.snapshots.size).toBe(3)
  expect(lines.filter((line) => line.startsWith('warning'))).toEqual([
    expect.stringMatching(
      /carry kubernetes.io\/cluster\/pr-42: 1\..*deleted:\n {2}aws ec2 delete-snapshot --region eu-west-1 --snapshot-id snap-0a+1$/,
    ),
  ])
  refuse('DescribeSnapshots', () => new AwsFault('AccessDenied', 'not authorized'))
  await gone(context)
  expect(lines.join('\n')).toContain(
    'snapshots of pr-42 may stay, as they could not be listed: not authorized',
  )
}, 60_000)

test('where nothing shows any more since when a cluster was, all volumes that stand alone are told', async () => {
  const { context, world, lines } = await recordedCluster({ servers: 1, agents: 0 })
  layVolume(world, 'vol-0ddddddddddddddd1', { 'ebs.csi.aws.com/cluster': 'true' }, undefined, 0)
  await gone(context)
  expect(lines.join('\n')).toMatch(/warning .*vol-0d+1: made by an EBS CSI driver, attached to nothing/)
}, 60_000)

test('where another cluster has the name, what Kubernetes made under it stays', async () => {
  const { context, world, lines } = await recordedCluster({ servers: 1, agents: 0 })
  await provisionNodes.run(context)
  const own = [...world.instances.values()][0]
  await context.aws.ec2.send(
    new RunInstancesCommand({
      ImageId: own?.imageId,
      InstanceType: 't3.large',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: OWNED }],
    }),
  )
  await madeByKubernetes(context.aws, world, 'pr-42')
  // The rule is what our own group has of theirs; it goes with our group.
  await gone(context)
  expect([...world.loadBalancers.values()].map(({ name }) => name)).toEqual(['a1'])
  expect([...world.classicBalancers.keys()]).toEqual(['c1'])
  expect(world.volumes.has('vol-0aaaaaaaaaaaaaaa1')).toBe(true)
  expect(lines.join('\n')).toMatch(
    /warning .*i-\w+ carry the tag kubernetes.io\/cluster\/pr-42 and are not ours/,
  )
}, 60_000)

test('activations go, and the machines that they let in are deregistered', async () => {
  const { context, world } = await recordedCluster()
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  }
  await context.aws.iam.send(
    new CreateRoleCommand({ RoleName: 'hybrid', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  )
  const activate = (Tags: typeof OURS) =>
    context.aws.ssm.send(new CreateActivationCommand({ IamRole: 'hybrid', Tags }))
  const { ActivationId: id = '' } = await activate(OURS)
  await activate([{ Key: 'rke2-action:cluster', Value: 'other' }])
  const nodeId = 'mi-0123456789abcdef0'
  layHybridNode(world, { nodeId, activationId: id, cluster: 'pr-42' })
  const { removed } = await gone(context)
  expect(removed).toMatchObject({ activations: [id], 'hybrid nodes': [`edge-1 (${nodeId})`] })
  expect(world.activations.size).toBe(1)
  expect(world.registrations.size).toBe(0)
}, 30_000)

test('a kind that is refused keeps no other from going, and is told with its remedy', async () => {
  const { context, world, refuse } = await recordedCluster({ servers: 1, agents: 0 })
  await provisionNodes.run(context)
  refuse('DeleteTargetGroup', () => new AwsFault('AccessDenied', 'not authorized to DeleteTargetGroup'))
  const failure = describeError(await gone(context).catch((error: unknown) => error))
  expect(failure).toContain(
    'could not delete the target groups: not authorized to DeleteTargetGroup\n→ The role',
  )
  expect(failure).toContain('of pr-42 is left:\n  target groups: pr-42-6443\n  target groups: pr-42-9345')
  expect(failure).not.toMatch(/instances:|security groups:|parameters:/)
  expect([world.roles.size, world.parameters.size, world.securityGroups.size]).toEqual([0, 0, 1])
}, 60_000)

test('a group that somebody else’s rule names is told with who holds it', async () => {
  const { context, world } = await recordedCluster({ servers: 1, agents: 0 })
  await provisionNodes.run(context)
  const nodes = [...world.securityGroups.values()].find(({ name }) => name === 'pr-42-nodes')
  const { GroupId } = await context.aws.ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'database', Description: 'of somebody else' }),
  )
  await context.aws.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: nodes?.id }] },
      ],
    }),
  )
  const failure = describeError(await gone(context, 4).catch((error: unknown) => error))
  expect(failure).toContain(`still missing: pr-42-nodes (held by ${GroupId} (database))`)
}, 60_000)

test('credentials that end in the middle are told once, with what to do', async () => {
  const { context, refuse } = await recordedCluster({ servers: 1, agents: 0 })
  await provisionNodes.run(context)
  const over = () => new AwsFault('ExpiredToken', 'The security token included in the request is expired')
  // From here on: what comes first goes, the rest is refused.
  const log: Log = {
    ...context.log,
    info: (line) => {
      if (!line.startsWith('terminating')) return
      for (const operation of ['DescribeLoadBalancers', 'DescribeParameters', 'DescribeVolumes'])
        refuse(operation, over)
    },
  }
  const failure = (await gone({ ...context, log }).catch((error: unknown) => error)) as Error
  expect(describeError(failure)).toMatch(
    /^in the middle of taking pr-42 away, AWS stopped taking the credentials.*expired\n→ Run configure-aws-credentials and teardown again/,
  )
}, 60_000)

/** EC2 shows no machine from the first look of a teardown on, until `isShown` says so of a call. */
async function withLateMachine(isShown: (operation: string, input: unknown) => boolean) {
  let hides = false
  const cluster = await recordedCluster({ servers: 1, agents: 0 }, (_, handlers) => {
    const watched = around(handlers, (input, { operation }) => {
      if (isShown(operation, input)) hides = false
    })
    const ec2 = watched.ec2 ?? {}
    const show: Handler = (input, call) => ec2['DescribeInstances']?.(input, call)
    const DescribeInstances: Handler = (input, call) => (hides ? { Reservations: [] } : show(input, call))
    return { ...watched, ec2: { ...ec2, DescribeInstances } }
  })
  await provisionNodes.run(cluster.context)
  hides = true
  return cluster
}

test.each<[string, (operation: string, input: unknown) => boolean]>([
  ['while its security group is held', (operation) => operation === 'DeleteSecurityGroup'],
  // What holds the group is asked for at the end of the wait for it.
  [
    'after all waits',
    (operation, input) =>
      operation === 'DescribeNetworkInterfaces' && JSON.stringify(input).includes('"group-id"'),
  ],
])(
  'a machine that EC2 shows late goes too: %s',
  async (_, isShown) => {
    const { context, world } = await withLateMachine(isShown)
    const { removed, residue } = await gone(context, 15)
    expect(removed['instances']).toEqual([expect.stringMatching(/^pr-42-server-1 /)])
    expect(Object.values(residue).flat()).toEqual([])
    expect([...world.instances.values()].filter(({ state }) => state !== 'terminated')).toEqual([])
    expect([...world.securityGroups.values()].map(({ name }) => name)).toEqual(['default'])
  },
  60_000,
)

const ACCESS = 'rke2-pr-42-eu-west-1'

test.each<[string, { role: boolean; profile: boolean }]>([
  ['both stay', { role: false, profile: false }],
  ['our role goes', { role: true, profile: false }],
  ['our profile goes', { role: false, profile: true }],
])(
  'what has the name of a cluster’s role or profile, and not its tag, is not its own: %s',
  async (_, own) => {
    const { context, world } = await recordedCluster({ servers: 1, agents: 0 })
    const { iam } = context.aws
    const both = { InstanceProfileName: ACCESS, RoleName: ACCESS }
    const tagged = (isOwn: boolean) => (isOwn ? { Tags: OURS } : {})
    const trust = { AssumeRolePolicyDocument: '{"Statement":[]}' }
    await iam.send(new CreateRoleCommand({ ...both, ...trust, ...tagged(own.role) }))
    await iam.send(new CreateInstanceProfileCommand({ ...both, ...tagged(own.profile) }))
    await iam.send(new AddRoleToInstanceProfileCommand(both))
    await gone(context)
    expect([world.roles.size, world.profiles.size]).toEqual([own.role ? 0 : 1, own.profile ? 0 : 1])
    const kept = [...world.profiles.values()].map(({ roleName }) => roleName)
    if (!own.role && !own.profile) expect(kept).toEqual([ACCESS])
  },
  30_000,
)

test('a profile that IAM still takes for one with a role is deleted a little later', async () => {
  let conflicts = 2
  const { context, world } = await recordedCluster({ servers: 1, agents: 0 }, (_, handlers) =>
    around(handlers, (_, { operation }) => {
      if (operation === 'DeleteInstanceProfile' && conflicts-- > 0)
        throw new AwsFault('DeleteConflict', 'Cannot delete entity, must remove roles first.')
    }),
  )
  await provisionNodes.run(context)
  await gone(context)
  expect([world.roles.size, world.profiles.size]).toEqual([0, 0])
}, 60_000)

test('a role that somebody attached more to is told with where to look', async () => {
  const { context } = await recordedCluster({ servers: 1, agents: 0 })
  await provisionNodes.run(context)
  const own = { PolicyName: 'own', PolicyDocument: '{"Statement":[]}' }
  await context.aws.iam.send(new PutRolePolicyCommand({ RoleName: ACCESS, ...own }))
  const failure = describeError(await gone(context, 4).catch((error: unknown) => error))
  expect(failure).toMatch(
    /could not delete the IAM roles and profiles: .*held by what somebody else attached/,
  )
  expect(failure).toContain(`is left:\n  IAM roles and profiles: role ${ACCESS}\n→`)
}, 60_000)

// The SDK asks six times by itself.
test.each([
  'DescribeInstances',
  'TerminateInstances',
  'DeleteLoadBalancer',
  'DescribeSecurityGroups',
  'DeleteRole',
])(
  'an outage of %s that the SDK does not outlast is waited out, and nothing is left',
  async (operation) => {
    const { context, world } = await recordedCluster({ servers: 1, agents: 0 })
    await provisionNodes.run(context)
    world.faults.inject({ name: `error-before:${operation}`, count: 8 })
    const { residue } = await gone(context)
    expect(world.faults.pending()).toEqual([])
    expect(Object.values(residue).flat()).toEqual([])
    expect([world.loadBalancers.size, world.roles.size, world.securityGroups.size]).toEqual([0, 0, 1])
  },
  60_000,
)

test('what AWS still shows for a while after it went is asked for again, and is no residue', async () => {
  let stale = 5
  const { context, world } = await recordedCluster({ servers: 1, agents: 0 }, (world, handlers) => {
    const iam = handlers.iam ?? {}
    let shown: unknown
    const GetRole: Handler = async (input, call) => {
      if (world.roles.size || !shown || stale-- <= 0) shown = await iam['GetRole']?.(input, call)
      return shown
    }
    return { ...handlers, iam: { ...iam, GetRole } }
  })
  await provisionNodes.run(context)
  const { residue } = await gone(context)
  expect([stale <= 0, world.roles.size]).toEqual([true, 0])
  expect(Object.values(residue).flat()).toEqual([])
}, 60_000)
