import { sleep } from '../timing.ts'
import { type ApiClient, ApiError, type KubernetesObject } from './api-client.ts'
import type { ObjectList } from './resources.ts'

export interface Followed {
  /** Every object known now, by namespace/name. */
  objects: ReadonlyMap<string, KubernetesObject>
}

const RETRY_MS = 500

const keyOf = ({ metadata }: KubernetesObject) => `${metadata.namespace ?? ''}/${metadata.name}`

/**
 * Lists, then watches, for ever; lists anew when the stream ends or the server is lost. `changed` is told the object,
 * or its last state with `gone` when it was deleted.
 */
export function follow(
  api: ApiClient,
  path: string,
  query: string,
  changed: (object: KubernetesObject, gone: boolean) => void,
  signal: AbortSignal,
): Followed {
  const objects = new Map<string, KubernetesObject>()
  const replace = (items: readonly KubernetesObject[]) => {
    const present = new Set(items.map(keyOf))
    for (const [key, object] of objects)
      if (!present.has(key)) {
        objects.delete(key)
        changed(object, true)
      }
    for (const item of items) update(item)
  }
  const update = (object: KubernetesObject) => {
    const known = objects.get(keyOf(object))
    if (
      known?.metadata.uid === object.metadata.uid &&
      known?.metadata.resourceVersion === object.metadata.resourceVersion
    )
      return
    objects.set(keyOf(object), object)
    changed(object, false)
  }
  const once = async () => {
    const list = await api.request<ObjectList>('GET', `${path}?${query}`)
    replace(list.items)
    const from = `resourceVersion=${list.metadata.resourceVersion ?? ''}`
    await api.watch(
      `${path}?watch=true&${from}&${query}`,
      ({ type, object }) => {
        if (type === 'ERROR') throw new ApiError(410, 'Expired', 'the watch is too old')
        if (type === 'DELETED') {
          objects.delete(keyOf(object))
          changed(object, true)
        } else if (type !== 'BOOKMARK') update(object)
      },
      signal,
    )
  }
  void (async () => {
    while (!signal.aborted) {
      try {
        await once()
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
      }
      await sleep(RETRY_MS)
    }
  })()
  return { objects }
}
