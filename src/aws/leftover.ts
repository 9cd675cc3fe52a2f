import { KUBERNETES_TAG, madeTags, type Tags, tagKeys } from '../cluster/tags.ts'

/** Something of a cluster that stands in AWS, as its service shows it now. */
export interface Leftover {
  /** What the service takes: an id, an ARN, a name. */
  readonly id: string
  /** What people know it by. */
  readonly name: string
  readonly tags: Tags
  /** Milliseconds since the epoch, where its service tells it and somebody asks. */
  readonly createdAt?: number | undefined
}

/** Whose leftovers to look for. */
export interface Search {
  /** Undefined: of every cluster, by our own tags only. */
  readonly cluster?: string | undefined
  /** Also what the cluster itself made, by the tags that Kubernetes' controllers give. */
  readonly made?: boolean
}

/** Filters of EC2's own; each is a call of its own, as a resource need pass one of them only. */
export function ec2Filters({ cluster, made }: Search): { Name: string; Values: string[] }[][] {
  if (!cluster) return [[{ Name: 'tag-key', Values: [tagKeys.cluster] }]]
  const tags = [{ key: tagKeys.cluster, value: cluster }, ...(made ? madeTags(cluster) : [])]
  return tags.map(({ key, value }) => [{ Name: `tag:${key}`, Values: [value] }])
}

/** Whether a resource that has these tags is looked for. What CloudFormation or EKS made carries tags of AWS' own, and is theirs. */
export function isSought(tags: Tags, { cluster, made }: Search): boolean {
  const owner = tags[tagKeys.cluster]
  if (!cluster) return Boolean(owner)
  if (owner) return owner === cluster
  if (!made || Object.keys(tags).some((name) => name.startsWith('aws:'))) return false
  return madeTags(cluster).some(({ key, value }) => tags[key] === value)
}

/** Whether a tag names the cluster that a resource is of, ours or another. */
export const saysWhose = (tags: Tags): boolean =>
  Object.keys(tags).some((key) => key === tagKeys.cluster || key.startsWith(KUBERNETES_TAG))

/** The same resource may pass two filters. */
export const withoutTwins = (found: readonly Leftover[]): Leftover[] => [
  ...new Map(found.map((one) => [one.id, one])).values(),
]
