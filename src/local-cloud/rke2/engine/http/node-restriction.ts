import { isDeepStrictEqual } from 'node:util'
import type { KubeObject, NodeObject, Pod } from '../kubernetes.ts'
import { forbidden } from '../store/api-error.ts'
import type { Resource } from '../store/resources.ts'
import type { Identity } from './identity.ts'

/** The labels of kubernetes.io and k8s.io that a kubelet may set: IsKubeletLabel of k8s.io/kubelet/pkg/apis. */
const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'topology.disk.csi.azure.com/zone',
])

function mayKubeletSet(label: string): boolean {
  const domain = label.includes('/') ? label.slice(0, label.indexOf('/')) : ''
  const within = (suffix: string) => domain === suffix || domain.endsWith(`.${suffix}`)
  if (within('node-restriction.kubernetes.io')) return false
  if (!within('kubernetes.io') && !within('k8s.io')) return true
  return KUBELET_LABELS.has(label) || within('kubelet.kubernetes.io') || within('node.kubernetes.io')
}

/**
 * The admission plugin NodeRestriction in its simplest form: a kubelet writes its own node and pods, gives its node no role,
 * and leaves its taints alone once they are set.
 * @throws ApiError 403
 */
export function restrictNode(
  { user, groups }: Identity,
  resource: Resource,
  before: KubeObject | undefined,
  after: KubeObject,
) {
  if (!groups.includes('system:nodes')) return
  const node = user.slice('system:node:'.length)
  if (resource.group !== '') return
  if (resource.kind === 'Node')
    restrictOwnNode(resource, node, before as NodeObject | undefined, after as NodeObject)
  if (resource.kind === 'Pod') restrictPod(resource, node, after as Pod)
}

function restrictOwnNode(
  resource: Resource,
  node: string,
  before: NodeObject | undefined,
  after: NodeObject,
) {
  const { name } = after.metadata
  if (name !== node) throw forbidden(resource, name, `node "${node}" is not allowed to modify node "${name}"`)
  const was = before?.metadata.labels ?? {}
  const is = after.metadata.labels ?? {}
  const changed = Object.keys({ ...was, ...is }).filter((label) => was[label] !== is[label])
  const refused = changed.filter((label) => !mayKubeletSet(label)).sort((a, b) => a.localeCompare(b))
  if (refused.length > 0)
    throw forbidden(
      resource,
      name,
      `${before ? 'is not allowed to modify labels' : 'is not allowed to set the following labels'}: ${refused.join(', ')}`,
    )
  if (before && !isDeepStrictEqual(before.spec?.taints ?? [], after.spec?.taints ?? []))
    throw forbidden(resource, name, `node "${node}" is not allowed to modify taints`)
}

const MIRROR = 'kubernetes.io/config.mirror'

function restrictPod(resource: Resource, node: string, pod: Pod) {
  const { name, annotations = {}, resourceVersion } = pod.metadata
  if (pod.spec.nodeName !== node)
    throw forbidden(resource, name, `node "${node}" can only write pods with spec.nodeName set to itself`)
  if (!resourceVersion && !(MIRROR in annotations))
    throw forbidden(
      resource,
      name,
      `pod does not have "${MIRROR}" annotation, node "${node}" can only create mirror pods`,
    )
}
