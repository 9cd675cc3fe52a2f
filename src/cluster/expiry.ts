import { type Tags, tagKeys, timeOfTag, timeTag } from './tags.ts'

/** A cluster as its tags show it to the sweep. Times are milliseconds since the epoch, NaN where no tag says one. */
export interface FoundCluster {
  readonly name: string
  /** The latest of its resources' times. */
  readonly expiresAt: number
  /** The latest date until which somebody holds it. */
  readonly heldUntil: number
  /** A hold that is not a date, as it was written. */
  readonly unreadableHold: string | undefined
  /** When an earlier sweep marked it for want of a time; not finite unless all of its resources carry the mark. */
  readonly markedAt: number
  /** Run and repository that made it, as the tags say; empty where they don't. */
  readonly run: string
  readonly repository: string
  readonly resources: number
}

export interface Tagged {
  readonly tags: Tags
  /** Whether AWS takes more tags once the resource is there; one that can't carry a mark doesn't count against it. */
  readonly takesTags: boolean
}

/** Sorts tagged resources into clusters. Resources without a cluster tag belong to somebody else. */
export function clustersIn(resources: readonly Tagged[]): FoundCluster[] {
  const clusters = new Map<string, FoundCluster>()
  for (const resource of resources) {
    const name = resource.tags[tagKeys.cluster]
    if (name) clusters.set(name, joined(clusters.get(name), clusterOf(name, resource)))
  }
  return [...clusters.values()].toSorted((a, b) => a.name.localeCompare(b.name))
}

function clusterOf(name: string, { tags, takesTags }: Tagged): FoundCluster {
  const hold = tags[tagKeys.holdUntil]
  const heldUntil = timeOfTag(hold)
  return {
    name,
    expiresAt: timeOfTag(tags[tagKeys.expiresAt]),
    heldUntil,
    unreadableHold: hold !== undefined && Number.isNaN(heldUntil) ? hold : undefined,
    markedAt: takesTags ? timeOfTag(tags[tagKeys.markedAt]) : Number.NEGATIVE_INFINITY,
    run: tags[tagKeys.run] ?? '',
    repository: tags[tagKeys.repository] ?? '',
    resources: 1,
  }
}

function joined(a: FoundCluster | undefined, b: FoundCluster): FoundCluster {
  if (!a) return b
  return {
    name: a.name,
    expiresAt: later(a.expiresAt, b.expiresAt),
    heldUntil: later(a.heldUntil, b.heldUntil),
    unreadableHold: a.unreadableHold ?? b.unreadableHold,
    // One without a mark was made after the sweep that marked the others: the cluster is not dead.
    markedAt: Math.max(a.markedAt, b.markedAt),
    run: a.run || b.run,
    repository: a.repository || b.repository,
    resources: a.resources + b.resources,
  }
}

/** So many seconds from `now`, to the second, as a tag holds it. Both times are milliseconds since the epoch. */
export const timeFrom = (now: number, seconds: number): number => Math.ceil(now / 1000 + seconds) * 1000

/** The later of two times, NaN being none. */
export const later = (a: number, b: number) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b))

/** What a sweep does with a cluster, and why, in words. */
export interface Fate {
  readonly fate: 'keep' | 'mark' | 'remove'
  readonly why: string
}

/** A cluster without a time is removed no sooner than so long after it was marked. */
export const GRACE_MS = 30 * 60_000

/** Decides by the tags alone. What is not certain is marked first, and a later sweep removes it. */
export function fateOf(cluster: FoundCluster, now: number): Fate {
  const { expiresAt, heldUntil, unreadableHold, markedAt } = cluster
  if (unreadableHold !== undefined)
    return { fate: 'keep', why: `somebody holds it, until "${unreadableHold}", which is not a date` }
  if (heldUntil > now) return { fate: 'keep', why: `somebody holds it until ${timeTag(heldUntil)}` }
  if (expiresAt > now) return { fate: 'keep', why: `expires-at ${timeTag(expiresAt)}` }
  if (!Number.isNaN(expiresAt)) return { fate: 'remove', why: `expires-at ${timeTag(expiresAt)}` }
  if (!Number.isFinite(markedAt)) return { fate: 'mark', why: 'no tag says when it ends' }
  const since = `no tag says when it ends; marked ${timeTag(markedAt)}`
  return { fate: now - markedAt >= GRACE_MS ? 'remove' : 'keep', why: since }
}
