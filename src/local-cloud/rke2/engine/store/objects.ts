import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '../kubernetes.ts'
import { alreadyExists, conflict, forbidden, notFound } from './api-error.ts'
import type { Cache } from './cache.ts'
import { objectOf } from './cache.ts'
import { type DeleteOptions, decideDeletion, isReleased } from './deletion.ts'
import type { Etcd } from './etcd.ts'
import { prepareCreate, prepareUpdate } from './prepare.ts'
import { builtin, directoryOf, keyOf, type Resource } from './resources.ts'

/** etcd itself gives up after 5 s and two elections. */
const TIMEOUT_MS = 7_000
const ATTEMPTS = 12

export interface Ref {
  resource: Resource
  namespace?: string | undefined
  name: string
}

/** Without characters that make words or look alike, as Kubernetes' own. */
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const randomSuffix = () =>
  Array.from({ length: 5 }, () => SUFFIX_ALPHABET[Math.floor(Math.random() * SUFFIX_ALPHABET.length)]).join(
    '',
  )

/** Kubernetes' time format: seconds, UTC. */
export const timestamp = (date = new Date()) => date.toISOString().replace(/\.\d+Z$/, 'Z')

const stored = ({ metadata, ...rest }: KubeObject) => {
  const { resourceVersion: _, ...kept } = metadata
  return JSON.stringify({ ...rest, metadata: kept })
}
const revisionOf = (object: KubeObject) => Number(object.metadata.resourceVersion)
const atRevision = (object: KubeObject, revision: number): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: String(revision) },
})

/** Reads and writes of objects with Kubernetes' rules: optimistic concurrency, defaults, finalizers. */
export function createObjects(etcd: Etcd, cache: Cache) {
  /** Waits until the cache holds all that a quorum has agreed on by now. @throws EtcdUnavailable without a quorum. */
  const settle = async () => cache.reached(await etcd.revision(TIMEOUT_MS), TIMEOUT_MS)

  const fresh = async ({ resource, namespace, name }: Ref): Promise<KubeObject> => {
    const found = await etcd.get(keyOf(resource, namespace, name), TIMEOUT_MS)
    if (!found) throw notFound(resource, name)
    return objectOf(found)
  }

  const write = async (ref: Ref, expected: number, value: string | undefined) =>
    etcd.swap(keyOf(ref.resource, ref.namespace, ref.name), expected, value, TIMEOUT_MS)

  /**
   * Optimistic concurrency: `decide` sees the cached object first; when that was stale, or made it refuse, it sees the one in etcd.
   */
  const retrying = async <T>(ref: Ref, decide: (current: KubeObject) => Promise<T | 'stale'>): Promise<T> => {
    let current = cache.get(keyOf(ref.resource, ref.namespace, ref.name))
    let isFresh = false
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!current) {
        current = await fresh(ref)
        isFresh = true
      }
      try {
        const outcome = await decide(current)
        if (outcome !== 'stale') return outcome
      } catch (error) {
        if (isFresh) throw error
      }
      current = undefined
    }
    throw conflict(ref.resource, ref.name)
  }

  const namespaceNamed = (name: string) => cache.get(keyOf(builtin('namespaces'), undefined, name))

  /** As NamespaceLifecycle: what the cache doesn't know, or knows as ending, may have been made just now. */
  const refuseTerminatingNamespace = async (resource: Resource, namespace: string, name: string) => {
    const known = namespaceNamed(namespace)
    if (!known || known.metadata.deletionTimestamp) await settle()
    const object = namespaceNamed(namespace)
    if (!object) throw notFound(builtin('namespaces'), namespace)
    if (object.metadata.deletionTimestamp)
      throw forbidden(
        resource,
        name,
        `unable to create new content in namespace ${namespace} because it is being terminated`,
      )
  }

  return {
    settle,

    async get(ref: Ref): Promise<KubeObject> {
      await settle()
      const found = cache.get(keyOf(ref.resource, ref.namespace, ref.name))
      if (!found) throw notFound(ref.resource, ref.name)
      return found
    },

    /** From memory: for controllers, whose writes are checked against etcd anyway. */
    cached: <T extends KubeObject>(resource: Resource, namespace?: string): T[] =>
      cache.list(directoryOf(resource) + (namespace ? `${namespace}/` : '')) as T[],

    async create(resource: Resource, given: KubeObject, namespace?: string): Promise<KubeObject> {
      const birth = { now: timestamp(), uid: randomUUID(), suffix: randomSuffix() }
      const object = prepareCreate(resource, given, namespace, birth)
      const { name } = object.metadata
      if (resource.namespaced) await refuseTerminatingNamespace(resource, namespace ?? '', name)
      const swap = await write({ resource, namespace, name }, 0, stored(object))
      if (!swap.done) throw alreadyExists(resource, name)
      return atRevision(object, swap.revision)
    },

    /**
     * Applies `change` to the newest version, again when another writer was quicker. A change that changes nothing is not written.
     * `subresource` is empty, `status` or, for the scheduler, `binding`.
     */
    update(ref: Ref, change: (current: KubeObject) => KubeObject, subresource = ''): Promise<KubeObject> {
      let seen: number | undefined
      return retrying(ref, async (current) => {
        const next = prepareUpdate(ref.resource, current, change(current), subresource)
        const unchanged = isDeepStrictEqual(JSON.parse(stored(next)), JSON.parse(stored(current)))
        const isNewest = seen === revisionOf(current)
        if (unchanged && isNewest) return atRevision(next, revisionOf(current))
        seen = revisionOf(current)
        if (unchanged) return 'stale'
        const swap = await write(ref, revisionOf(current), isReleased(next) ? undefined : stored(next))
        return swap.done ? atRevision(next, swap.revision) : 'stale'
      })
    },

    /** Resolves to the object: as it was when it is gone, marked when something still holds it. */
    delete(ref: Ref, options: DeleteOptions = {}): Promise<{ object: KubeObject; removed: boolean }> {
      return retrying(ref, async (current) => {
        const decision = decideDeletion(ref.resource, current, options, new Date())
        const next = decision.remove ? undefined : stored(decision.marked)
        if (next === stored(current)) return { object: current, removed: false }
        const swap = await write(ref, revisionOf(current), next)
        if (!swap.done) return 'stale'
        const object = decision.remove ? current : decision.marked
        return { object: atRevision(object, swap.revision), removed: decision.remove }
      })
    },
  }
}

export type Objects = ReturnType<typeof createObjects>
