import type { ServerResponse } from 'node:http'
import type { KubeObject } from '../kubernetes.ts'
import { expired, statusOf } from '../store/api-error.ts'
import type { Cache, Change } from '../store/cache.ts'
import { directoryOf, type Resource } from '../store/resources.ts'
import type { Matcher } from '../store/selectors.ts'
import type { Representation } from './representation.ts'

export interface WatchOptions {
  resource: Resource
  namespace: string | undefined
  matches: Matcher
  representation: Representation
  /** Undefined or 0: begin with all objects there are. */
  since: number | undefined
  timeoutSeconds: number
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: KubeObject
}

/** A reader so slow is cut off, and lists again. */
const BACKLOG_BYTES = 16 * 1024 * 1024

/** What a change is to a watcher with selectors: an object that begins or ceases to match is added or deleted for it. */
export function eventFor(change: Change, matches: Matcher): WatchEvent | undefined {
  const was = change.previous !== undefined && matches(change.previous)
  const is = change.type !== 'DELETED' && matches(change.object)
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object: change.object }
  return was ? { type: 'DELETED', object: change.object } : undefined
}

/** Streams events until the client leaves, the time is up, or the history is lost. */
export function streamWatch(cache: Cache, response: ServerResponse, options: WatchOptions): void {
  const { resource, namespace, matches, representation, since } = options
  const directory = directoryOf(resource)
  const prefix = directory + (namespace ? `${namespace}/` : '')
  const send = (type: string, object: unknown) => response.write(`${JSON.stringify({ type, object })}\n`)
  const relevant = (change: Change) => {
    if (change.directory !== directory || !change.key.startsWith(prefix)) return
    const event = eventFor(change, matches)
    if (event) send(event.type, representation.one(event.object))
    if (response.writableLength > BACKLOG_BYTES) response.destroy()
  }

  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
  })
  response.flushHeaders()
  const missed = since ? cache.changesSince(since) : []
  if (!missed) {
    send('ERROR', statusOf(expired(since ?? 0, cache.revision())))
    return void response.end()
  }
  if (!since)
    for (const object of cache.list(prefix)) if (matches(object)) send('ADDED', representation.one(object))
  for (const change of missed) relevant(change)

  const unsubscribe = cache.subscribe(relevant, () => response.end())
  const ending = setTimeout(() => response.end(), options.timeoutSeconds * 1000)
  response.on('close', () => {
    unsubscribe()
    clearTimeout(ending)
  })
}
