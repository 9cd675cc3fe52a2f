import type { Identity } from './identity.ts'
import type { RequestInfo } from './request-info.ts'

type ResourceRequest = Extract<RequestInfo, { about: 'resource' }>

const OPEN_PATHS = /^\/(version|readyz|api|apis|openapi)(\/|$)/
const WITHOUT_ROLES =
  ' (the light control plane does not serve roles and bindings: --control-plane upstream serves them)'
const READS = ['get', 'list', 'watch']
const WRITES = ['create', 'update', 'patch', 'delete']

const isPowerful = ({ user, groups }: Identity) =>
  groups.includes('system:masters') || /^system:(kube-|rke2-|apiserver)/.test(user)

/** What a kubelet may do (the role system:node), before its own node and pods are told from others'. */
const NODE_RULES: Readonly<Record<string, readonly string[]>> = {
  nodes: [...READS, 'create', 'update', 'patch'],
  'nodes/status': ['update', 'patch'],
  pods: [...READS, 'create', 'delete'],
  'pods/status': ['update', 'patch'],
  'coordination.k8s.io/leases': ['get', ...WRITES],
  namespaces: READS,
  configmaps: READS,
  secrets: READS,
  events: ['create', 'update', 'patch'],
  'helm.cattle.io/helmchartconfigs': READS,
}

const ruleName = ({ group, plural, subresource }: ResourceRequest) =>
  `${group ? `${group}/` : ''}${plural}${subresource ? `/${subresource}` : ''}`

function mayNode(node: string, request: ResourceRequest): boolean {
  if (!NODE_RULES[ruleName(request)]?.includes(request.verb)) return false
  const isWrite = !READS.includes(request.verb)
  if (request.plural === 'nodes' && isWrite && request.name) return request.name === node
  if (request.plural === 'leases')
    return request.namespace === 'kube-node-lease' && (!request.name || request.name === node)
  return true
}

/** Undefined when it is allowed, else Kubernetes' own message, and that roles and bindings are not looked at here. */
export function authorize(identity: Identity, request: RequestInfo): string | undefined {
  if (isPowerful(identity)) return undefined
  if (request.about === 'path') {
    if (request.verb === 'get' && OPEN_PATHS.test(request.path)) return undefined
    return `forbidden: User "${identity.user}" cannot ${request.verb} path "${request.path}"${WITHOUT_ROLES}`
  }
  const node = identity.groups.includes('system:nodes') && /^system:node:(.+)$/.exec(identity.user)?.[1]
  if (node && mayNode(node, request)) return undefined
  return refusal(identity, request)
}

function refusal(
  { user }: Identity,
  { verb, group, plural, namespace, name, subresource }: ResourceRequest,
): string {
  const resource = subresource ? `${plural}/${subresource}` : plural
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
  const what = `${group ? `${plural}.${group}` : plural}${name ? ` "${name}"` : ''}`
  return `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}${WITHOUT_ROLES}`
}
