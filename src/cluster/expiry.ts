import { type Tags, tagKeys, timeOfTag } from './tags.ts'

/** A cluster as its tags show it to the sweep. */
export interface FoundCluster {
  readonly name: string
  /** The latest of its resources' times, in milliseconds since the epoch; NaN when none says one. */
  readonly expiresAt: number
  readonly resources: number
}

/** Sorts tagged resources into clusters. Resources without a cluster tag belong to somebody else. */
export function clustersIn(resources: readonly Tags[]): FoundCluster[] {
  const clusters = new Map<string, FoundCluster>()
  for (const tags of resources) {
    const name = tags[tagKeys.cluster]
    if (!name) continue
    const seen = clusters.get(name)
    clusters.set(name, {
      name,
      expiresAt: later(seen?.expiresAt ?? Number.NaN, timeOfTag(tags[tagKeys.expiresAt])),
      resources: (seen?.resources ?? 0) + 1,
    })
  }
  return [...clusters.values()].toSorted((a, b) => a.name.localeCompare(b.name))
}

const later = (a: number, b: number) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b))

/** A cluster that says no time is never expired: it may be somebody's who tagged it by hand. */
export const isExpired = ({ expiresAt }: FoundCluster, now: number) => expiresAt <= now
