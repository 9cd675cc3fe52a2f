import type { KubeObject, OwnerReference } from '../kubernetes.ts'
import { apiVersionOf, builtinResources, directoryOf, type Resource } from '../store/resources.ts'
import type { Controller } from './controller.ts'

interface Found {
  resource: Resource
  object: KubeObject
}

const KINDS = new Set(builtinResources.map((resource) => `${apiVersionOf(resource)}/${resource.kind}`))

/** Objects all of whose owners are gone. An owner of a kind that is not served may exist elsewhere, so it counts as there. */
export function ownerless(objects: readonly KubeObject[]): KubeObject[] {
  const uids = new Set(objects.map(({ metadata }) => metadata.uid))
  const isGone = ({ apiVersion, kind, uid }: OwnerReference) =>
    KINDS.has(`${apiVersion}/${kind}`) && !uids.has(uid)
  return objects.filter(({ metadata }) => {
    const owners = metadata.ownerReferences ?? []
    return owners.length > 0 && owners.every(isGone) && !metadata.deletionTimestamp
  })
}

/** Deletes what its owners left behind. */
export const garbage: Controller = {
  name: 'garbage-collector-controller',
  watches: undefined,
  async reconcile(control) {
    const all = builtinResources.flatMap((resource) =>
      control.cache.list(directoryOf(resource)).map((object): Found => ({ resource, object })),
    )
    const left = new Set(ownerless(all.map(({ object }) => object)))
    for (const { resource, object } of all) if (left.has(object)) await control.delete(resource, object)
    return undefined
  },
}
