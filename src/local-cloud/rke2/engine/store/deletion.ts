import type { KubeObject, PodSpec } from '../kubernetes.ts'
import { conflict } from './api-error.ts'
import type { Resource } from './resources.ts'

export interface DeleteOptions {
  gracePeriodSeconds?: number | undefined
  preconditions?: { uid?: string | undefined; resourceVersion?: string | undefined } | undefined
}

export type Deletion = { remove: true } | { remove: false; marked: KubeObject }

/** A pod on a node is taken down by its kubelet, so it is only marked first; one that runs nowhere, or has ended, goes at once. */
function gracePeriodOf(object: KubeObject, asked: number | undefined): number {
  if (object.kind !== 'Pod') return 0
  const spec = object.spec as PodSpec
  const phase = (object.status as { phase?: string } | undefined)?.phase
  if (!spec.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0
  return asked ?? spec.terminationGracePeriodSeconds ?? 30
}

/**
 * What a DELETE does now: removes the object, or marks it and leaves the rest to its kubelet or to the owners of its finalizers.
 * @throws ApiError 409 when a precondition fails.
 */
export function decideDeletion(
  resource: Resource,
  object: KubeObject,
  options: DeleteOptions,
  now: Date,
): Deletion {
  checkPreconditions(resource, object, options)
  const grace = gracePeriodOf(object, options.gracePeriodSeconds)
  const { metadata } = object
  const held = (metadata.finalizers ?? []).length > 0 || resource.kind === 'Namespace'
  if (!held && grace === 0) return { remove: true }
  const ends = new Date(now.getTime() + grace * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
  const already = metadata.deletionTimestamp && (metadata.deletionGracePeriodSeconds ?? 0) <= grace
  const marked: KubeObject = {
    ...object,
    metadata: {
      ...metadata,
      ...(!already && { deletionTimestamp: ends, deletionGracePeriodSeconds: grace }),
    },
  }
  return { remove: false, marked: resource.kind === 'Namespace' ? terminating(marked) : marked }
}

const terminating = (namespace: KubeObject): KubeObject => ({
  ...namespace,
  status: { ...(namespace.status as object | undefined), phase: 'Terminating' },
})

function checkPreconditions(resource: Resource, object: KubeObject, { preconditions }: DeleteOptions) {
  const { name, uid, resourceVersion } = object.metadata
  if (preconditions?.uid && preconditions.uid !== uid)
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`,
    )
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion)
    throw conflict(resource, name)
}

/** Whether an update took away the last thing that held an object marked for deletion. */
export function isReleased(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata
  if (!deletionTimestamp || deletionGracePeriodSeconds > 0 || finalizers.length > 0) return false
  if (object.kind !== 'Namespace') return true
  return ((object.spec as { finalizers?: string[] } | undefined)?.finalizers ?? []).length === 0
}
