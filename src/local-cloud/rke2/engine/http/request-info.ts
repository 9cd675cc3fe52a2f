/** What a request is about, as Kubernetes reads it from method and path. */
export type RequestInfo =
  | { about: 'path'; verb: string; path: string }
  | {
      about: 'resource'
      verb: string
      group: string
      version: string
      plural: string
      namespace: string | undefined
      name: string | undefined
      subresource: string
    }

const collectionVerbs: Record<string, string> = { GET: 'list', POST: 'create', DELETE: 'deletecollection' }
const objectVerbs: Record<string, string> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/**
 * /api/v1/namespaces/NS/pods/NAME/SUBRESOURCE and /apis/GROUP/VERSION/…; anything else is about a path.
 * A list with `watch=true` is the verb watch.
 */
export function readRequest(method: string, url: URL): RequestInfo {
  const path = url.pathname
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent)
  const isCore = parts[0] === 'api' && parts.length > 2
  const isGrouped = parts[0] === 'apis' && parts.length > 3
  if (!isCore && !isGrouped)
    return { about: 'path', verb: method === 'GET' ? 'get' : method.toLowerCase(), path }
  const group = isCore ? '' : (parts[1] ?? '')
  const version = (isCore ? parts[1] : parts[2]) ?? ''
  const rest = parts.slice(isCore ? 2 : 3)
  // A namespace itself is /namespaces/NAME[/status|/finalize].
  const inNamespace =
    rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize'
  const [plural = '', name, ...subresource] = inNamespace ? rest.slice(2) : rest
  const verb = (name ? objectVerbs : collectionVerbs)[method] ?? method.toLowerCase()
  const watches = verb === 'list' && ['true', '1'].includes(url.searchParams.get('watch') ?? '')
  return {
    about: 'resource',
    verb: watches ? 'watch' : verb,
    group,
    version,
    plural,
    namespace: inNamespace ? rest[1] : undefined,
    name,
    subresource: subresource.join('/'),
  }
}
