import { names } from './names.ts'
import type { ClusterNode, MachineCounts, Role } from './nodes.ts'

/** Tag keys. No `/` in them: EC2 refuses it where instance metadata shows tags. */
export const tagKeys = {
  cluster: 'rke2-action:cluster',
  role: 'rke2-action:role',
  index: 'rke2-action:index',
  /** On a machine: how many servers and agents the cluster was to have when it was launched. */
  servers: 'rke2-action:servers',
  agents: 'rke2-action:agents',
  group: 'rke2-action:group',
  /** On a machine that stands in another zone, since AWS had no room in this one. */
  plannedZone: 'rke2-action:planned-zone',
  expiresAt: 'rke2-action:expires-at',
  run: 'rke2-action:run',
  repository: 'rke2-action:repository',
  rke2Version: 'rke2-action:rke2-version',
  /** On a machine whose power a drill cut, until it has it back. */
  drill: 'rke2-action:drill',
  /** Set by hand, on any resource: the sweep leaves the cluster alone until then. */
  holdUntil: 'rke2-action:hold-until',
  /** The run that failed and keeps it for debugging, and until when: its own teardown leaves it alone so long. */
  heldBy: 'rke2-action:held-by',
  /** When a run was cancelled that worked on it. */
  cancelledAt: 'rke2-action:cancelled-at',
  /** Set by a sweep that found no time to go by. */
  markedAt: 'rke2-action:marked-at',
} as const

export type Tags = Readonly<Record<string, string>>

/** What every resource of a cluster carries from the call that creates it. */
export interface Ownership {
  readonly cluster: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly run: string
  readonly repository: string
  /** Tags that the user wishes. */
  readonly wished: Tags
}

export function clusterTags({ cluster, expiresAt, run, repository, wished }: Ownership): Tags {
  return {
    ...wished,
    [tagKeys.cluster]: cluster,
    [tagKeys.expiresAt]: timeTag(expiresAt),
    [tagKeys.run]: run,
    [tagKeys.repository]: repository,
  }
}

/**
 * Tags of machines that are launched together. A launch gives all its machines the same tags, so they hold the index of
 * the first one, and EC2's own launch index counts on from it: a thousand agents need no call each.
 */
export function launchTags(launch: {
  name: string
  role: Role
  firstIndex: number
  group: string | undefined
  plannedZone: string | undefined
  rke2Version: string
  wanted: MachineCounts
}): Tags {
  return {
    Name: launch.name,
    [tagKeys.role]: launch.role,
    [tagKeys.index]: String(launch.firstIndex),
    ...(launch.group ? { [tagKeys.group]: launch.group } : {}),
    ...(launch.plannedZone ? { [tagKeys.plannedZone]: launch.plannedZone } : {}),
    [tagKeys.rke2Version]: launch.rke2Version,
    [tagKeys.servers]: String(launch.wanted.servers),
    [tagKeys.agents]: String(launch.wanted.agents),
  }
}

/** How each tag begins that says which Kubernetes cluster made or uses a thing of AWS. */
export const KUBERNETES_TAG = 'kubernetes.io/cluster/'

/**
 * The tag that Kubernetes' controllers for AWS put on what they make for a cluster: balancers, volumes, security groups.
 * Its value `shared` is for things of others that they only use.
 */
export const kubernetesTag = (cluster: string) => ({
  key: `${KUBERNETES_TAG}${cluster}`,
  value: 'owned',
})

/**
 * The tag of the AWS Load Balancer Controller on the balancers, target groups and security groups that it makes: it doesn't
 * set `kubernetesTag`.
 */
export const controllerTag = (cluster: string) => ({ key: 'elbv2.k8s.aws/cluster', value: cluster })

/** The tags of which any one says that something inside the cluster made the thing. */
export const madeTags = (cluster: string) => [kubernetesTag(cluster), controllerTag(cluster)]

/** UTC to the second: 2026-11-21T19:00:00Z. */
export const timeTag = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')

/** Milliseconds since the epoch; NaN when the tag is missing or is not a time. */
export const timeOfTag = (tag: string | undefined) => Date.parse(tag ?? '')

type Tagged = Pick<
  ClusterNode,
  'name' | 'role' | 'index' | 'group' | 'plannedZone' | 'rke2Version' | 'wanted' | 'expiresAt' | 'underDrill'
>

/** What a machine's tags say of it, or undefined when they are not those of a node. `launchIndex` counts from 0. */
export function nodeOfTags(tags: Tags, launchIndex: number): Tagged | undefined {
  const { [tagKeys.cluster]: cluster, [tagKeys.role]: role, [tagKeys.index]: first } = tags
  const {
    [tagKeys.rke2Version]: rke2Version = '',
    [tagKeys.group]: group,
    [tagKeys.plannedZone]: zone,
  } = tags
  if (!cluster || (role !== 'server' && role !== 'agent') || !/^\d+$/.test(first ?? '')) return undefined
  const index = Number(first) + launchIndex
  return {
    name: names.node(cluster, role, index),
    role,
    index,
    ...(group ? { group } : {}),
    ...(zone ? { plannedZone: zone } : {}),
    rke2Version,
    ...wantedOf(tags),
    expiresAt: timeOfTag(tags[tagKeys.expiresAt]),
    underDrill: tagKeys.drill in tags,
  }
}

function wantedOf({ [tagKeys.servers]: servers = '', [tagKeys.agents]: agents = '' }: Tags) {
  if (!/^\d+$/.test(servers) || !/^\d+$/.test(agents)) return {}
  return { wanted: { servers: Number(servers), agents: Number(agents) } }
}
