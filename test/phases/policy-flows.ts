import { tmpdir } from 'node:os'
import { AuthorizeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2'
import { CreatePolicyCommand } from '@aws-sdk/client-iam'
import * as z from 'zod'
import { terminateInstances } from '../../src/aws/instances.ts'
import { worldOf } from '../../src/checks/world-of-context.ts'
import type { PolicyRole } from '../../src/cluster/permissions/permission.ts'
import { tagKeys } from '../../src/cluster/tags.ts'
import { type Clock, systemClock } from '../../src/kit/clock.ts'
import type { World } from '../../src/local-cloud/world/world.ts'
import { ssmRunner } from '../../src/nodes/ssm-runner.ts'
import { clusterPhases } from '../../src/phases/cluster.ts'
import type { Context } from '../../src/phases/context.ts'
import { hold } from '../../src/phases/hold.ts'
import { releaseLeases, withLease } from '../../src/phases/lease/with-lease.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { planCluster } from '../../src/phases/plan/plan-cluster.ts'
import { startStopped } from '../../src/phases/provision/start-stopped.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { sweep } from '../../src/phases/sweep.ts'
import { teardown } from '../../src/phases/teardown.ts'
import { stampAndTellWhatIsUp } from '../../src/runs/after-cancel.ts'
import { writeKubeconfig } from '../../src/runs/write-kubeconfig.ts'
import { madeByController, madeByKubernetes } from './attachments.ts'
import { enclose } from './enclose.ts'
import type { recordedCluster } from './recorded-cluster.ts'

type Cluster = Awaited<ReturnType<typeof recordedCluster>>

interface Flow {
  /** What is there already, made by the account's user. */
  before(cluster: Cluster): Promise<void>
  /** What the role is for. */
  run(cluster: Cluster, context: Context): Promise<void>
}

const internetFacing = ({ contextOf }: Cluster) =>
  runPhases(
    [provisionNodes],
    contextOf({ 'load-balancer': 'internet-facing', 'allowed-cidrs': ['203.0.113.0/24'] }),
  )

const BUCKET = 'https://mirror.s3.eu-west-1.amazonaws.com/rke2'

/** A VPC of the cluster's own, and another cluster in private subnets. */
async function networks({ contextOf, world }: Cluster): Promise<void> {
  await runPhases([provisionNodes], contextOf({ 'create-vpc': true }))
  enclose(world)
  await runPhases(
    [provisionNodes],
    contextOf({ 'cluster-name': 'pr-43', 'create-endpoints': true, 'artifact-url': BUCKET }),
  )
}

function layEndpoint({ network, tags }: World): void {
  const [vpcId = ''] = network.vpcs.keys()
  const id = 'vpce-0123456789abcdef0'
  network.endpoints.set(id, {
    ...{ id, vpcId, kind: 'Interface', service: 'com.amazonaws.eu-west-1.ssm', privateDns: true },
    ...{ subnetIds: [], groupIds: [], routeTableIds: [], interfaceIds: [], state: 'available' },
    ...{ createdAt: 0, clientToken: undefined },
  })
  tags.set(id, { [tagKeys.cluster]: 'pr-42' })
}

/** A network of the cluster's own, an endpoint, and a disk that outlived its machine. */
async function withLeftovers(cluster: Cluster): Promise<void> {
  const { world, contextOf } = cluster
  await runPhases([provisionNodes], contextOf({ 'create-vpc': true }))
  layEndpoint(world)
  const volume = { ...{ zone: 'eu-west-1a', sizeGib: 1, type: 'gp3', device: '/dev/sdf', createdAt: 0 } }
  const rest = { encrypted: true, deleteOnTermination: false, instanceId: undefined }
  world.volumes.set('vol-0123456789abcdef0', { id: 'vol-0123456789abcdef0', ...volume, ...rest })
  world.tags.set('vol-0123456789abcdef0', { [tagKeys.cluster]: 'pr-42' })
}

/** Balancers of services, each with all that it has, and a disk of a claim. */
async function withAttachments({ world, contextOf }: Cluster): Promise<void> {
  const { aws } = contextOf()
  await runPhases([provisionNodes], contextOf())
  await madeByKubernetes(aws, world, 'pr-42')
  await madeByController(aws, world, 'pr-42')
  const open = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
  for (const { id, name } of world.securityGroups.values())
    if (name.startsWith('k8s-elb-'))
      await aws.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: [open] }))
}

async function tearDown(_: Cluster, context: Context): Promise<void> {
  const own = takingAway(context)
  await withLease(own, { onBusy: 'fail', timeout: 20, idleSeconds: 0 }, () => teardown(own))
}

const script = {
  ...{ name: 'long', body: '', settings: {}, timeoutSeconds: 5 },
  answer: z.object({ text: z.string() }),
}

/** Asks the balancer and the nodes, gives a script up that a machine doesn't end, cuts its power and gives it back. */
async function verify({ machines, world }: Cluster, context: Context): Promise<void> {
  const checked = worldOf(context)
  const { servers } = await checked.nodes()
  await checked.balancer()
  // The agent's mark in the list of what carried no more, so each node is asked by itself.
  machines.answers['long'] = () => ({ exitCode: 0, stdout: '---Output truncated---\n{"text":"end"}' })
  await checked.runner.run(script, servers)
  // A machine that falls silent until it has its power back.
  machines.answers['long'] = () => {
    throw new Error('silent')
  }
  const impatient = { ...systemClock, sleep: () => Promise.reject(new Error('nobody waits any more')) }
  const { ssm } = context.aws
  const given = ssmRunner({ ssm, clock: impatient, signal: context.signal }).run(script, servers)
  const reason = await given.catch(({ message }: Error) => message)
  if (reason !== 'nobody waits any more') throw new Error(String(reason))
  if (![...world.commands.values()].at(-1)?.cancelled) throw new Error('the script goes on')
  await checked.cutPower(servers[0]?.instanceId ?? '')
  await startStopped(context)
}

/** All that a plan asks, also of a boundary and of private subnets. */
async function plans({ contextOf, world }: Cluster): Promise<void> {
  await planCluster(contextOf({ 'permissions-boundary': BOUNDARY }))
  const asked = await planCluster(contextOf({ 'vpc-id': layPrivateVpc(world) })).catch(
    ({ message }: Error) => message,
  )
  if (!String(asked).includes('no way to Systems Manager')) throw new Error(String(asked))
}

function layPrivateVpc({ network }: World): string {
  const id = 'vpc-0bbbbbbbbbbbbbbbb'
  const [vpc] = network.vpcs.values()
  const [subnet] = network.subnets.values()
  if (!vpc || !subnet) throw new Error('no VPC')
  network.vpcs.set(id, { ...vpc, id, isDefault: false })
  network.subnets.set('subnet-0b', { ...subnet, id: 'subnet-0b', vpcId: id, isDefault: false })
  return id
}

const BOUNDARY = 'arn:aws:iam::123456789012:policy/limit'
const NO_LIMIT = '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'

const withBoundary = async ({ context }: Cluster) =>
  void (await context.aws.iam.send(
    new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument: NO_LIMIT }),
  ))

async function chainAndProof(cluster: Cluster, context: Context): Promise<void> {
  await plans(cluster)
  // A machine that has to be replaced.
  cluster.world.faults.inject({ name: 'never-registers', count: 1 })
  await runPhases(clusterPhases, context)
  await planCluster(context)
  await writeKubeconfig(context, { log: context.log, tempDirectory: tmpdir() })
  await verify(cluster, context)
  await replaceServer(context)
}

/** A server that is terminated leaves its place in the target groups. Another run takes the cluster over. */
async function replaceServer(context: Context): Promise<void> {
  const { servers } = await context.nodes()
  await terminateInstances(
    context.aws.ec2,
    servers.map(({ instanceId }) => instanceId),
  )
  await runPhases([provisionNodes], { ...context, run: RUN })
}

const RUN = { id: '9876543210-1', repository: 'acme/shop' }

/** The whole chain under a lease; then what comes of a failure with hold-on-failure, and of a cancel. */
async function deploy(cluster: Cluster, context: Context): Promise<void> {
  const { aws, clock, log, signal, spec } = context
  const own = { cluster: spec.clusterName, aws, clock, log, signal, run: RUN }
  const wish = { onBusy: 'fail', timeout: 20, idleSeconds: 60 } as const
  await withLease(own, wish, () => chainAndProof(cluster, context))
  await hold(context, 7200)
  await stampAndTellWhatIsUp(context, { summary: async () => {} })
  await releaseLeases(own)
}

const takingAway = ({ aws, clock, log, signal, spec }: Context) => ({
  ...{ cluster: spec.clusterName, aws, clock, log, signal, timeout: 20, dryRun: false },
  run: RUN,
})

const hoursLater = (clock: Clock, hours: number): Clock => ({
  ...clock,
  now: () => clock.now() + hours * 3_600_000,
})

/** What each role is taken on for, at its fullest: every call that the actions may make under it. */
export const flows: Readonly<Record<PolicyRole, Flow>> = {
  deploy: { before: withBoundary, run: deploy },
  network: { before: async () => {}, run: networks },
  verify: { before: internetFacing, run: verify },
  teardown: { before: withLeftovers, run: tearDown },
  kubernetes: { before: withAttachments, run: tearDown },
  sweep: {
    before: withLeftovers,
    run: async (_, context) => {
      const { failures } = await sweep({ ...takingAway(context), clock: hoursLater(context.clock, 5) })
      if (failures.length) throw failures[0]
    },
  },
}
