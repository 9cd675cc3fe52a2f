import type { KubeObject } from './kubernetes.ts'
import { ApiError } from './store/api-error.ts'
import type { Objects } from './store/objects.ts'
import { builtin } from './store/resources.ts'

const RETRY_MS = 300

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

/** Makes the four namespaces every cluster begins with. Tries until etcd can. */
export async function bootstrap(objects: Objects, signal: AbortSignal): Promise<void> {
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', 'default']) {
    while (!signal.aborted && !(await made(objects, namespace(name)))) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

const made = (objects: Objects, object: KubeObject) =>
  objects
    .settle()
    .then(() => objects.create(builtin('namespaces'), object))
    .then(
      () => true,
      (error: unknown) => error instanceof ApiError && error.reason === 'AlreadyExists',
    )
