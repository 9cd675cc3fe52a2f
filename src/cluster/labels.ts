const NAME = '[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?'
const KEY = new RegExp(`^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?${NAME}$`)
const VALUE = new RegExp(`^(${NAME})?$`)

// What a kubelet may set on its own node (Kubernetes' NodeRestriction): KubeletLabels and KubeletLabelNamespaces of k8s.io/kubelet/pkg/apis.
const KUBELET_PREFIXES = ['kubelet.kubernetes.io', 'node.kubernetes.io']
const KUBELET_KEYS = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
])

/** Why the kubelet would refuse this `key=value` label of its own node, or undefined. A refused label stops the node for ever. */
export function labelFault(label: string): string | undefined {
  const [key = '', value = '', ...rest] = label.split('=')
  if (!label.includes('=') || rest.length) return `"${label}" is not a label: write key=value`
  if (!KEY.test(key)) return `"${key}" is not a label key: write name or domain/name`
  if (!VALUE.test(value))
    return `"${value}" is not a label value: at most 63 letters, digits, "-", "_" and ".", starting and ending with a letter or digit`
  return reservedFault(key)
}

function reservedFault(key: string): string | undefined {
  const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : ''
  if (domain === 'node-role.kubernetes.io')
    return `the kubelet refuses "${key}" and never starts: role labels are set from a server after the join (agents get node-role.kubernetes.io/worker=true); use a domain of your own for others`
  if (!/(^|\.)(kubernetes|k8s)\.io$/.test(domain)) return undefined
  if (KUBELET_KEYS.has(key)) return undefined
  if (KUBELET_PREFIXES.some((prefix) => domain === prefix || domain.endsWith(`.${prefix}`))) return undefined
  return `the kubelet refuses unknown kubernetes.io labels such as "${key}" and never starts: use a domain of your own, example.com/${key.slice(domain.length + 1)}`
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** What is wrong with a `key=value:Effect` taint, or undefined. */
export function taintFault(taint: string): string | undefined {
  const split = taint.lastIndexOf(':')
  const effect = taint.slice(split + 1)
  if (split < 1 || !EFFECTS.includes(effect))
    return `"${taint}" is not a taint: write key=value:Effect, with an effect of ${EFFECTS.join(', ')}`
  const [key = '', value = ''] = taint.slice(0, split).split('=')
  if (!KEY.test(key) || !VALUE.test(value))
    return `"${taint}": "${key}=${value}" is not a key and a value of a taint`
  return undefined
}
