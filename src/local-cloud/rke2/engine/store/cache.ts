import type { KubeObject } from '../kubernetes.ts'
import type { Etcd, KeyValue, WatchBatch } from './etcd.ts'
import { EtcdUnavailable } from './etcd.ts'

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** `/registry/core/pods/`: the directory the object lies in. */
  directory: string
  key: string
  /** The object after the change; of a deleted one its last form, at the revision of the deletion. */
  object: KubeObject
  previous: KubeObject | undefined
  revision: number
}

const ROOT = '/registry/'
/** Changes kept for watchers that come back. Kubernetes' watch cache starts at 100 a resource; these are for all resources. */
const HISTORY = 4_000
const RETRY_MS = 250
const SYNC_TIMEOUT_MS = 5_000

const directoryIn = (key: string) => key.slice(0, key.indexOf('/', key.indexOf('/', ROOT.length) + 1) + 1)

const read = ({ value, revision }: Pick<KeyValue, 'value' | 'revision'>): KubeObject => {
  const object = JSON.parse(value) as KubeObject
  object.metadata.resourceVersion = String(revision)
  return object
}

/** The engine's own form of a value read from etcd, where only the engines write. */
export const objectOf = read

/**
 * All objects in memory, fed by one watch on etcd. It may lag; `reached` tells when it holds a revision. Objects in it are
 * shared: never change them.
 */
export function createCache(etcd: Etcd) {
  const directories = new Map<string, Map<string, KubeObject>>()
  const listeners = new Set<(change: Change) => void>()
  const waiting = new Set<{ revision: number; resolve: () => void }>()
  let history: Change[] = []
  let oldest = 0
  let revision = 0
  let onReset: (() => void)[] = []

  const objectsIn = (directory: string) => {
    const found = directories.get(directory)
    if (found) return found
    const made = new Map<string, KubeObject>()
    directories.set(directory, made)
    return made
  }

  const emit = (change: Change) => {
    history.push(change)
    if (history.length > HISTORY) {
      const dropped = history.splice(0, HISTORY / 2)
      oldest = dropped[dropped.length - 1]?.revision ?? oldest
    }
    for (const listener of listeners) listener(change)
  }

  const advance = (to: number) => {
    revision = Math.max(revision, to)
    for (const waiter of waiting) {
      if (waiter.revision > revision) continue
      waiting.delete(waiter)
      waiter.resolve()
    }
  }

  const put = (kv: KeyValue) => {
    const directory = directoryIn(kv.key)
    const objects = objectsIn(directory)
    const previous = objects.get(kv.key)
    const object = read(kv)
    objects.set(kv.key, object)
    emit({
      type: previous ? 'MODIFIED' : 'ADDED',
      directory,
      key: kv.key,
      object,
      previous,
      revision: kv.revision,
    })
  }

  const remove = (key: string, at: number) => {
    const directory = directoryIn(key)
    const previous = objectsIn(directory).get(key)
    if (!previous) return
    objectsIn(directory).delete(key)
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(at) } }
    emit({ type: 'DELETED', directory, key, object, previous, revision: at })
  }

  const onBatch = (batch: WatchBatch) => {
    const events = [
      ...batch.puts.map((kv) => ({ revision: kv.revision, key: kv.key, apply: () => put(kv) })),
      ...batch.deletes.map((gone) => ({ ...gone, apply: () => remove(gone.key, gone.revision) })),
    ].sort((a, b) => a.revision - b.revision)
    for (const event of events) {
      if (event.key.startsWith(ROOT)) event.apply()
    }
    const last = events[events.length - 1]
    if (last) advance(last.revision)
  }

  const reset = () => {
    directories.clear()
    history = []
    revision = 0
    const watchers = onReset
    onReset = []
    for (const end of watchers) end()
  }

  /** Brings the cache level with etcd; what changed meanwhile reaches the listeners as if it had been watched. */
  const sync = async () => {
    const now = await etcd.range(ROOT, SYNC_TIMEOUT_MS)
    // A restored snapshot or a reset cluster: the revisions that watchers hold mean nothing any more.
    if (now.revision < revision) reset()
    if (revision === 0) oldest = now.revision
    const present = new Set(now.kvs.map((kv) => kv.key))
    for (const objects of directories.values()) {
      for (const key of objects.keys()) if (!present.has(key)) remove(key, now.revision)
    }
    const known = (key: string) => objectsIn(directoryIn(key)).get(key)?.metadata.resourceVersion
    const changed = now.kvs.filter((kv) => known(kv.key) !== String(kv.revision))
    for (const kv of changed.sort((a, b) => a.revision - b.revision)) put(kv)
    advance(now.revision)
  }

  return {
    /** Follows etcd until `signal` is aborted, through its restarts. */
    async run(signal: AbortSignal) {
      while (!signal.aborted) {
        try {
          await sync()
          await etcd.watch(revision + 1, onBatch, signal)
        } catch {
          // Whatever ended it, the next sync finds out what was missed; health is reported by /readyz.
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    },

    revision: () => revision,

    /** Resolves when every change up to `wanted` is in. @throws EtcdUnavailable when that takes longer than `timeoutMs`. */
    reached(wanted: number, timeoutMs: number): Promise<void> {
      if (revision >= wanted) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const settle = () => {
          clearTimeout(timer)
          resolve()
        }
        const waiter = { revision: wanted, resolve: settle }
        const timer = setTimeout(() => {
          waiting.delete(waiter)
          reject(new EtcdUnavailable(`etcd's watch is behind: at ${revision}, wanted ${wanted}`))
        }, timeoutMs)
        waiting.add(waiter)
      })
    },

    get: (key: string): KubeObject | undefined => directories.get(directoryIn(key))?.get(key),

    /** Objects whose key starts with `prefix`, in the order of their keys. */
    list(prefix: string): KubeObject[] {
      const objects = [...(directories.get(directoryIn(prefix)) ?? [])]
      return objects
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, object]) => object)
    },

    /** The changes after `since`, or undefined when they are no longer known. */
    changesSince: (since: number): Change[] | undefined =>
      since < oldest ? undefined : history.filter((change) => change.revision > since),

    /** Calls `listener` for each change from now on, and `ended` if the history is lost. Returns the way to stop. */
    subscribe(listener: (change: Change) => void, ended: () => void = () => {}): () => void {
      listeners.add(listener)
      onReset.push(ended)
      return () => {
        listeners.delete(listener)
        onReset = onReset.filter((other) => other !== ended)
      }
    },
  }
}

export type Cache = ReturnType<typeof createCache>
