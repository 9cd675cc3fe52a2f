import type { KubeObject, OwnerReference } from '../kubernetes.ts'
import { servedResources } from '../store/catalog.ts'
import { apiVersionOf, directoryOf, type Resource } from '../store/resources.ts'
import type { Control, Controller } from './controller.ts'

interface Found {
  resource: Resource
  object: KubeObject
}

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'

/** Objects all of whose owners are gone. An owner of a kind that is not served may exist elsewhere, so it counts as there. */
export function ownerless(objects: readonly KubeObject[], kinds: ReadonlySet<string>): KubeObject[] {
  const uids = new Set(objects.map(({ metadata }) => metadata.uid))
  const isGone = ({ apiVersion, kind, uid }: OwnerReference) =>
    kinds.has(`${apiVersion}/${kind}`) && !uids.has(uid)
  return objects.filter(({ metadata }) => {
    const owners = metadata.ownerReferences ?? []
    return owners.length > 0 && owners.every(isGone) && !metadata.deletionTimestamp
  })
}

const hasFinalizer = ({ metadata }: KubeObject, finalizer: string) =>
  metadata.finalizers?.includes(finalizer) ?? false

const without = (finalizer: string) => (object: KubeObject) => ({
  ...object,
  metadata: {
    ...object.metadata,
    finalizers: object.metadata.finalizers?.filter((one) => one !== finalizer),
  },
})

const disowned = (uid: string | undefined) => (object: KubeObject) => ({
  ...object,
  metadata: {
    ...object.metadata,
    ownerReferences: object.metadata.ownerReferences?.filter((owner) => owner.uid !== uid),
  },
})

/** A deletion with propagationPolicy Foreground waits for the dependents; with Orphan it lets them go first. */
async function finishDeletion(control: Control, { resource, object }: Found, all: readonly Found[]) {
  const { uid } = object.metadata
  const dependents = all.filter((one) =>
    one.object.metadata.ownerReferences?.some((owner) => owner.uid === uid),
  )
  if (hasFinalizer(object, ORPHAN)) {
    for (const one of dependents) await control.update(one.resource, one.object, disowned(uid))
    await control.update(resource, object, without(ORPHAN))
  } else if (dependents.length === 0) await control.update(resource, object, without(FOREGROUND))
  else
    for (const one of dependents)
      if (!one.object.metadata.deletionTimestamp) await control.delete(one.resource, one.object)
}

/** Deletes what its owners left behind. */
export const garbage: Controller = {
  name: 'garbage-collector-controller',
  watches: undefined,
  async reconcile(control) {
    const resources = servedResources(control.cache)
    const all = resources.flatMap((resource) =>
      control.cache.list(directoryOf(resource)).map((object): Found => ({ resource, object })),
    )
    const kinds = new Set(resources.map((resource) => `${apiVersionOf(resource)}/${resource.kind}`))
    const left = new Set(
      ownerless(
        all.map(({ object }) => object),
        kinds,
      ),
    )
    for (const found of all) {
      if (left.has(found.object)) await control.delete(found.resource, found.object)
      const isHeld = hasFinalizer(found.object, FOREGROUND) || hasFinalizer(found.object, ORPHAN)
      if (found.object.metadata.deletionTimestamp && isHeld) await finishDeletion(control, found, all)
    }
    return undefined
  },
}
