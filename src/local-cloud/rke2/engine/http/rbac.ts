import type { KubeObject } from '../kubernetes.ts'
import type { Cache } from '../store/cache.ts'
import { builtin, directoryOf } from '../store/resources.ts'
import type { Identity } from './identity.ts'
import type { RequestInfo } from './request-info.ts'

export interface PolicyRule {
  verbs: string[]
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
  nonResourceURLs?: string[]
}

export interface Subject {
  kind: string
  name: string
  namespace?: string
}

interface Binding extends KubeObject {
  subjects?: Subject[]
  roleRef: { kind: string; name: string }
}

interface Role extends KubeObject {
  rules?: PolicyRule[]
}

const has = (list: readonly string[] | undefined, value: string) =>
  list?.includes('*') || list?.includes(value) || false

/** Whether a rule of a role allows a request. */
export function ruleAllows(rule: PolicyRule, request: RequestInfo): boolean {
  if (!has(rule.verbs, request.verb)) return false
  if (request.about === 'path')
    return (rule.nonResourceURLs ?? []).some((url) =>
      url.endsWith('*') ? request.path.startsWith(url.slice(0, -1)) : url === request.path,
    )
  const { group, plural, subresource, name } = request
  const resource = subresource ? `${plural}/${subresource}` : plural
  const isNamed = !rule.resourceNames?.length || rule.resourceNames.includes(name ?? '')
  return has(rule.apiGroups, group) && has(rule.resources, resource) && isNamed
}

/** Whether a binding speaks of a user, of one of the user's groups, or of the service account that the user is. */
export function speaksOf({ kind, name, namespace }: Subject, { user, groups }: Identity): boolean {
  if (kind === 'Group') return groups.includes(name)
  return user === (kind === 'ServiceAccount' ? `system:serviceaccount:${namespace}:${name}` : name)
}

/** Role-based access control: whether a stored binding gives `identity` what it asks for. */
export function rbacAllows(cache: Cache, identity: Identity, request: RequestInfo): boolean {
  const namespace = request.about === 'resource' ? request.namespace : undefined
  const within = namespace
    ? (cache.list(`${directoryOf(builtin('rolebindings'))}${namespace}/`) as Binding[])
    : []
  const everywhere = cache.list(directoryOf(builtin('clusterrolebindings'))) as Binding[]
  return [...everywhere, ...within]
    .filter(({ subjects }) => subjects?.some((subject) => speaksOf(subject, identity)))
    .some((binding) => roleOf(cache, binding)?.rules?.some((rule) => ruleAllows(rule, request)))
}

function roleOf(cache: Cache, { roleRef, metadata }: Binding): Role | undefined {
  const directory =
    roleRef.kind === 'ClusterRole'
      ? directoryOf(builtin('clusterroles'))
      : `${directoryOf(builtin('roles'))}${metadata.namespace}/`
  return cache.get(directory + roleRef.name) as Role | undefined
}
