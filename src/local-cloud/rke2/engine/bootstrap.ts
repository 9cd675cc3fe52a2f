import type { KubeObject } from './kubernetes.ts'
import { ApiError } from './store/api-error.ts'
import type { Objects } from './store/objects.ts'
import { type BuiltinName, builtin } from './store/resources.ts'

const RETRY_MS = 300

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

/** The first address of a CIDR after its network's own: 10.43.0.0/16 gives 10.43.0.1. */
function firstAddress(cidr: string): string {
  const [address = ''] = cidr.split('/')
  return address.replace(/\d+$/, (last) => String(Number(last) + 1))
}

const kubernetesService = (serviceCidr: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    clusterIP: firstAddress(serviceCidr),
    clusterIPs: [firstAddress(serviceCidr)],
    ipFamilies: ['IPv4'],
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
  },
})

const clusterAdmin = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'cluster-admin', labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
  rules: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ],
}

/** Makes what every cluster begins with: its four namespaces, the service `kubernetes` and the role of an administrator. Tries until etcd can. */
export async function bootstrap(objects: Objects, serviceCidr: string, signal: AbortSignal): Promise<void> {
  const steps: [BuiltinName, KubeObject, string?][] = [
    ['namespaces', namespace('kube-system')],
    ['namespaces', namespace('kube-public')],
    ['namespaces', namespace('kube-node-lease')],
    ['namespaces', namespace('default')],
    ['clusterroles', clusterAdmin],
    ['services', kubernetesService(serviceCidr), 'default'],
  ]
  for (const [plural, object, inNamespace] of steps) {
    while (!signal.aborted && !(await made(objects, plural, object, inNamespace))) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

const made = (objects: Objects, plural: BuiltinName, object: KubeObject, inNamespace?: string) =>
  objects
    .settle()
    .then(() => objects.create(builtin(plural), object, inNamespace))
    .then(
      () => true,
      (error: unknown) => error instanceof ApiError && error.reason === 'AlreadyExists',
    )
