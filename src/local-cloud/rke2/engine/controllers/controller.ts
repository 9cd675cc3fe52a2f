import { messageOf } from '../../../../kit/errors.ts'
import type { EngineConfig } from '../engine-config.ts'
import type { KubeObject } from '../kubernetes.ts'
import { ApiError } from '../store/api-error.ts'
import type { Cache } from '../store/cache.ts'
import type { DeleteOptions } from '../store/deletion.ts'
import { type Objects, type Ref, timestamp } from '../store/objects.ts'
import { type BuiltinName, builtin, directoryOf, type Resource } from '../store/resources.ts'

/** What a controller sees and does. Reads come from memory; writes that lose a race are left to the next round. */
export interface Control {
  config: EngineConfig
  cache: Cache
  list<T extends KubeObject>(plural: BuiltinName, namespace?: string): T[]
  create(resource: Resource, object: KubeObject, namespace?: string): Promise<void>
  update(
    resource: Resource,
    object: KubeObject,
    change: (current: KubeObject) => KubeObject,
    subresource?: string,
  ): Promise<void>
  delete(resource: Resource, object: KubeObject, options?: DeleteOptions): Promise<void>
  event(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): Promise<void>
}

export interface Controller {
  name: string
  /** Kinds whose changes start a round; undefined: all but those that change all the time and mean nothing to others. */
  watches: readonly BuiltinName[] | undefined
  /** Compares what is with what should be, and mends. Resolves to the milliseconds after which to look again without any change. */
  reconcile(control: Control): Promise<number | undefined>
}

/** Changes come in bursts: one round for all of them. Rounds that look at everything are rarer. */
const SETTLE_MS = 20
const SETTLE_ALL_MS = 100
const RESTLESS: ReadonlySet<string> = new Set([
  directoryOf(builtin('leases')),
  directoryOf(builtin('events')),
])
const RETRY_MS = 500
const CATCH_UP_MS = 5_000

/** The ref of an object. */
const refTo = (resource: Resource, { metadata }: KubeObject): Ref => ({
  resource,
  namespace: metadata.namespace,
  name: metadata.name,
})

/** Lost races and vanished objects are ordinary: the change that caused them starts the next round. */
const isOrdinary = (error: unknown) => error instanceof ApiError && [403, 404, 409].includes(error.code)

function createControl(config: EngineConfig, cache: Cache, objects: Objects, component: string) {
  let written = 0
  const tracked = async (writing: Promise<KubeObject>) => {
    try {
      written = Math.max(written, Number((await writing).metadata.resourceVersion))
    } catch (error) {
      if (!isOrdinary(error)) throw error
    }
  }
  const control: Control = {
    config,
    cache,
    list: (plural, namespace) => objects.cached(builtin(plural), namespace),
    create: (resource, object, namespace) => tracked(objects.create(resource, object, namespace)),
    update: (resource, object, change, subresource = '') =>
      tracked(objects.update(refTo(resource, object), change, subresource)),
    delete: (resource, object, options) =>
      tracked(
        objects
          .delete(refTo(resource, object), { preconditions: { uid: object.metadata.uid }, ...options })
          .then((deleted) => deleted.object),
      ),
    event: (about, type, reason, message) =>
      tracked(
        objects.create(
          builtin('events'),
          eventAbout(about, type, reason, message, component),
          about.metadata.namespace ?? 'default',
        ),
      ),
  }
  return { control, written: () => written }
}

function eventAbout(
  about: KubeObject,
  type: string,
  reason: string,
  message: string,
  component: string,
): KubeObject {
  const { name, namespace, uid, resourceVersion } = about.metadata
  const now = timestamp()
  const fields = {
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid, resourceVersion },
    type,
    reason,
    message,
    source: { component },
    reportingComponent: component,
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  }
  return { apiVersion: 'v1', kind: 'Event', metadata: { name: '', generateName: `${name}.` }, ...fields }
}

/**
 * Runs a controller's rounds until `signal` is aborted: at once, after each change of what it watches, and when it asked to be called
 * again. A round begins only when the cache holds what the last one wrote, so nothing is made twice.
 */
export function runController(
  controller: Controller,
  {
    config,
    cache,
    objects,
    component,
  }: { config: EngineConfig; cache: Cache; objects: Objects; component: string },
  signal: AbortSignal,
): void {
  const { control, written } = createControl(config, cache, objects, component)
  const directories =
    controller.watches && new Set(controller.watches.map((plural) => directoryOf(builtin(plural))))
  let timer: NodeJS.Timeout | undefined
  let due = Number.POSITIVE_INFINITY
  let isRunning = false

  const wake = (afterMs: number) => {
    const at = performance.now() + afterMs
    if (at >= due || signal.aborted) return
    due = at
    clearTimeout(timer)
    if (!isRunning) timer = setTimeout(round, afterMs)
  }

  async function round() {
    isRunning = true
    due = Number.POSITIVE_INFINITY
    try {
      const again = await controller.reconcile(control)
      await cache.reached(written(), CATCH_UP_MS)
      if (again !== undefined) wake(again)
    } catch (error) {
      if (!signal.aborted) console.error(`${controller.name}: ${messageOf(error)}`)
      wake(RETRY_MS)
    }
    isRunning = false
    if (due < Number.POSITIVE_INFINITY && !signal.aborted)
      timer = setTimeout(round, Math.max(0, due - performance.now()))
  }

  const stop = cache.subscribe((change) => {
    if (directories?.has(change.directory)) wake(SETTLE_MS)
    else if (!directories && !RESTLESS.has(change.directory)) wake(SETTLE_ALL_MS)
  })
  signal.addEventListener('abort', () => {
    stop()
    clearTimeout(timer)
  })
  wake(0)
}
