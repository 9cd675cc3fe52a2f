import type { KubeObject } from '../kubernetes.ts'
import { builtin, builtinResources, directoryOf } from '../store/resources.ts'
import type { Control, Controller } from './controller.ts'

const SERVICE_ACCOUNT: KubeObject = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'default' },
}

/** Empties a namespace that is being deleted; says whether nothing was left to delete. */
async function empty(control: Control, namespace: string): Promise<boolean> {
  const inside = builtinResources
    .filter(({ namespaced }) => namespaced)
    .map((resource) => ({ resource, objects: control.cache.list(`${directoryOf(resource)}${namespace}/`) }))
    .filter(({ objects }) => objects.length > 0)
  for (const { resource, objects } of inside)
    for (const object of objects)
      if (!object.metadata.deletionTimestamp) await control.delete(resource, object)
  return inside.length === 0
}

/** Gives each namespace its service account, and takes a deleted one away once it is empty. */
export const namespace: Controller = {
  name: 'namespace-controller',
  watches: undefined,
  async reconcile(control) {
    const accounts = new Set(
      control.list('serviceaccounts').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    )
    for (const object of control.list('namespaces')) {
      const { name, deletionTimestamp } = object.metadata
      if (!deletionTimestamp) {
        if (!accounts.has(`${name}/default`))
          await control.create(builtin('serviceaccounts'), SERVICE_ACCOUNT, name)
      } else if (await empty(control, name)) {
        const finalize = (current: KubeObject) => ({
          ...current,
          spec: { ...(current.spec as object), finalizers: [] },
        })
        await control.update(builtin('namespaces'), object, finalize, 'finalize')
      }
    }
    return undefined
  },
}
