import {
  CreateTagsCommand,
  DeleteTagsCommand,
  type EC2Client,
  type Filter,
  type Instance,
  paginateDescribeInstances,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import type { CapacityType } from '../cluster/capacity-ladder.ts'
import type { Disk } from '../cluster/disks.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { kubernetesTag, nodeOfTags, type Tags, tagKeys } from '../cluster/tags.ts'
import { batches } from '../kit/batches.ts'
import { diskMapping } from './disk-mapping.ts'
import { awsCode, unless } from './errors.ts'
import { tagList, tagsOf } from './tag-list.ts'

export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated'

export interface TaggedInstance {
  readonly id: string
  readonly state: InstanceState
  readonly tags: Tags
  readonly instanceType: string
  /** Milliseconds since the epoch: of its last start. */
  readonly launchedAt: number
  /** Since when it doesn't run, in milliseconds since the epoch; undefined while it runs, NaN where EC2 doesn't say. */
  readonly endedAt: number | undefined
  readonly node: ClusterNode | undefined
  /** Why it is in this state, where EC2 says so. */
  readonly reason: { readonly code: string; readonly message: string } | undefined
}

const ALIVE: readonly InstanceState[] = ['pending', 'running', 'stopping', 'stopped']

/** EC2 shows a terminated machine for about an hour more. */
export const ANY_STATE: readonly InstanceState[] = [...ALIVE, 'shutting-down', 'terminated']

/** Instances with a cluster tag, in these states; of all clusters when none is named. */
export async function findInstances(
  ec2: EC2Client,
  { cluster, states = ALIVE }: { cluster?: string; states?: readonly InstanceState[] },
): Promise<TaggedInstance[]> {
  const Filters: Filter[] = [
    cluster
      ? { Name: `tag:${tagKeys.cluster}`, Values: [cluster] }
      : { Name: 'tag-key', Values: [tagKeys.cluster] },
    { Name: 'instance-state-name', Values: [...states] },
  ]
  return await allInstances(ec2, Filters)
}

// A filter takes so many values.
const MOST_VALUES = 200

/** Of these instances those that EC2 shows, whatever their state. One that it does not know yet is no error here. */
export async function instancesById(ec2: EC2Client, ids: readonly string[]): Promise<TaggedInstance[]> {
  const found: TaggedInstance[] = []
  for (const Values of batches(ids, MOST_VALUES))
    found.push(...(await allInstances(ec2, [{ Name: 'instance-id', Values }])))
  return found
}

// EC2 would give a thousand, some 6 MB of XML: the page itself, and not what is kept of it, then is most of an action's memory.
const PAGE = 100

async function allInstances(ec2: EC2Client, Filters: Filter[]): Promise<TaggedInstance[]> {
  const found: TaggedInstance[] = []
  for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters, MaxResults: PAGE }))
    for (const reservation of page.Reservations ?? [])
      found.push(...(reservation.Instances ?? []).map(inOurWords))
  return found
}

function inOurWords(instance: Instance): TaggedInstance {
  const tags = tagsOf(instance.Tags)
  const state = (instance.State?.Name ?? 'pending') as InstanceState
  const { InstanceId: id = '', InstanceType: instanceType = '', LaunchTime } = instance
  const told = nodeOfTags(tags, instance.AmiLaunchIndex ?? 0)
  const node = told && {
    ...told,
    instanceId: id,
    privateIp: instance.PrivateIpAddress ?? '',
    ...(instance.VpcId ? { vpcId: instance.VpcId } : {}),
    zone: instance.Placement?.AvailabilityZone ?? '',
    instanceType,
    state: state as ClusterNode['state'],
  }
  const { Code: code = '', Message: message = '' } = instance.StateReason ?? {}
  const reason = code ? { code, message } : undefined
  const endedAt = endOf(state, instance.StateTransitionReason)
  return { id, state, tags, instanceType, launchedAt: LaunchTime?.getTime() ?? 0, endedAt, node, reason }
}

/** Of what a request ended EC2 says when: `User initiated (2026-11-29 01:02:03 GMT)`. */
function endOf(state: InstanceState, reason = ''): number | undefined {
  if (state === 'pending' || state === 'running') return undefined
  return Date.parse(/\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT)\)/.exec(reason)?.[1] ?? '')
}

export interface Launch {
  readonly clientToken: string
  readonly count: number
  /** With room for so many only, so many are launched; with room for fewer, none. */
  readonly fewest: number
  readonly capacityType: CapacityType
  readonly imageId: string
  /** All of the image's: one that is left out would be as the image has it, and may outlive the machine. */
  readonly disks: readonly Disk[]
  readonly hopLimit: number
  readonly instanceType: string
  readonly subnetId: string
  readonly securityGroupId: string
  readonly instanceProfile: string
  readonly userData: string
  readonly tags: Tags
}

/** Launches machines, as many as there is room for; repeated with the same token and settings, it answers with the same machines. */
export async function launchInstances(ec2: EC2Client, launch: Launch): Promise<TaggedInstance[]> {
  const command = new RunInstancesCommand(launchRequest(launch))
  command.middlewareStack.add((next) => (args) => next(args).catch(refusedForGood), {
    step: 'deserialize',
    priority: 'high',
  })
  const { Instances = [] } = await ec2.send(command)
  return Instances.map(inOurWords)
}

/** EC2 says "no capacity" with status 500, which the SDK takes for a passing fault of the service and asks again. */
function refusedForGood(error: unknown): never {
  if (awsCode(error).startsWith('Insufficient'))
    Object.assign(error as object, { $metadata: { httpStatusCode: 400 } })
  throw error
}

// One-time: a persistent request would launch anew what was taken back or terminated.
const ONE_TIME_SPOT = {
  MarketType: 'spot',
  SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
} as const

const TAGGED = ['instance', 'volume', 'network-interface'] as const

/** What EC2 is asked for a launch. */
export function launchRequest(launch: Launch): RunInstancesCommandInput {
  const spot = launch.capacityType === 'spot'
  const Tags = tagList(launch.tags)
  return {
    ClientToken: launch.clientToken,
    MinCount: launch.fewest,
    MaxCount: launch.count,
    ImageId: launch.imageId,
    InstanceType: launch.instanceType as never,
    SubnetId: launch.subnetId,
    SecurityGroupIds: [launch.securityGroupId],
    IamInstanceProfile: { Name: launch.instanceProfile },
    UserData: Buffer.from(launch.userData).toString('base64'),
    // A machine whose time is over stops itself, and must not go on costing as a stopped one.
    InstanceInitiatedShutdownBehavior: 'terminate',
    ...(spot ? { InstanceMarketOptions: ONE_TIME_SPOT } : {}),
    // One hop: pods that are not on the host's network can't take the node's role.
    MetadataOptions: {
      HttpTokens: 'required',
      HttpEndpoint: 'enabled',
      HttpPutResponseHopLimit: launch.hopLimit,
    },
    BlockDeviceMappings: launch.disks.map(diskMapping),
    TagSpecifications: [...TAGGED, ...(spot ? (['spot-instances-request'] as const) : [])].map(
      (ResourceType) => ({
        ResourceType,
        Tags,
      }),
    ),
  }
}

/**
 * Power loss: the machine gets no time to shut down. (Force alone would let it try first, and etcd would hand its leadership over.)
 * It is marked before, so that whoever comes after a killed drill heals it.
 */
export async function cutPower(ec2: EC2Client, instanceId: string): Promise<void> {
  await ec2.send(
    new CreateTagsCommand({ Resources: [instanceId], Tags: [{ Key: tagKeys.drill, Value: 'power cut' }] }),
  )
  await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId], SkipOsShutdown: true }))
}

/** EC2 refuses while the machine is still stopping. One that runs already goes on. */
export async function restorePower(ec2: EC2Client, instanceId: string): Promise<void> {
  await ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }))
  await ec2.send(new DeleteTagsCommand({ Resources: [instanceId], Tags: [{ Key: tagKeys.drill }] }))
}

// TerminateInstances takes a thousand ids.
const MOST_TERMINATED = 1000

/** One that EC2 doesn't know or won't terminate would save all others of its call: then each is asked for by itself. */
export async function terminateInstances(ec2: EC2Client, ids: readonly string[]): Promise<void> {
  const terminate = (InstanceIds: string[]) => ec2.send(new TerminateInstancesCommand({ InstanceIds }))
  for (const batch of batches(ids, MOST_TERMINATED)) {
    const done = await unless(['InvalidInstanceID.NotFound', 'OperationNotPermitted'], terminate(batch))
    if (done) continue
    const settled = await Promise.allSettled(
      batch.map((id) => unless(['InvalidInstanceID.NotFound'], terminate([id]))),
    )
    for (const one of settled) if (one.status === 'rejected') throw one.reason
  }
}

/** Machines that say they belong to a Kubernetes cluster of that name, and carry no tag of ours: another cluster's. */
export async function findStrangers(ec2: EC2Client, cluster: string): Promise<string[]> {
  const { key, value } = kubernetesTag(cluster)
  const Filters = [
    { Name: `tag:${key}`, Values: [value] },
    { Name: 'instance-state-name', Values: [...ALIVE] },
  ]
  const machines = await allInstances(ec2, Filters)
  return machines.filter(({ tags }) => tags[tagKeys.cluster] !== cluster).map(({ id }) => id)
}
