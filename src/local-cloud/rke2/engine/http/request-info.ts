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
  const [root, ...parts] = path.split('/').filter(Boolean).map(decodeURIComponent)
  if (root === 'api' && parts.length > 1) return resourceInfo(method, url, '', parts)
  if (root === 'apis' && parts.length > 2) return resourceInfo(method, url, parts[0] ?? '', parts.slice(1))
  return { about: 'path', verb: method.toLowerCase(), path }
}

function resourceInfo(
  method: string,
  url: URL,
  group: string,
  [version = '', ...rest]: string[],
): RequestInfo {
  // A namespace itself is /namespaces/NAME[/status|/finalize].
  const isInside =
    rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize'
  const [plural = '', name, ...subresource] = isInside ? rest.slice(2) : rest
  const verb = (name ? objectVerbs : collectionVerbs)[method] ?? method.toLowerCase()
  const watches = verb === 'list' && ['true', '1'].includes(url.searchParams.get('watch') ?? '')
  return {
    about: 'resource',
    verb: watches ? 'watch' : verb,
    group,
    version,
    plural,
    namespace: isInside ? rest[1] : undefined,
    name,
    subresource: subresource.join('/'),
  }
}
