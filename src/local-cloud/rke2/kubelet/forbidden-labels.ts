// The kubelet's own list of labels in Kubernetes' domains that a node may give itself (rancher/rke2 and its documentation).
const ALLOWED = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
])
const ALLOWED_DOMAINS = /(^|\.)(kubelet|node)\.kubernetes\.io$/
const KUBERNETES_DOMAINS = /(^|\.)(kubernetes|k8s)\.io$/

/** The kubelet's last words when a label isn't a node's to set; nothing when all are. */
export function forbiddenLabels(labels: readonly string[]): string | undefined {
  const forbidden = labels.filter(isForbidden).sort()
  if (!forbidden.length) return undefined
  return [
    "\"command failed\" err=\"failed to validate kubelet flags: unknown 'kubernetes.io' or 'k8s.io' labels specified",
    `with --node-labels: [${forbidden.join(' ')}]\\n--node-labels in the 'kubernetes.io' namespace must begin with an`,
    'allowed prefix (kubelet.kubernetes.io, node.kubernetes.io) or be in the specifically allowed set',
    `(${[...ALLOWED].sort((a, b) => a.localeCompare(b)).join(', ')})"`,
  ].join(' ')
}

function isForbidden(label: string): boolean {
  const domain = label.includes('/') ? (label.split('/')[0] ?? '') : ''
  if (!KUBERNETES_DOMAINS.test(domain)) return false
  return !ALLOWED.has(label) && !ALLOWED_DOMAINS.test(domain)
}
