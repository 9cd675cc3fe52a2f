import { builtinResources, type Resource } from '../store/resources.ts'

/** Parameters a client looks for before it sends them: kubectl asks whether a patch can be validated and tried by the server. */
const query = (name: string) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } })
const PATCH_PARAMETERS = [query('dryRun'), query('fieldManager'), query('fieldValidation'), query('force')]

const rootOf = ({ group, version }: Pick<Resource, 'group' | 'version'>) =>
  group ? `apis/${group}/${version}` : `api/${version}`

/** /openapi/v3: where the description of each group lies. */
export function openApiIndex() {
  const roots = [...new Set(builtinResources.map(rootOf))]
  return {
    paths: Object.fromEntries(roots.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }])),
  }
}

/** /openapi/v3/apis/GROUP/VERSION: paths and parameters; no schemas, so that clients fall back on their own. */
export function openApiOf(root: string) {
  const served = builtinResources.filter((resource) => rootOf(resource) === root)
  if (served.length === 0) return undefined
  const operations = served.map((resource) => {
    const { group, version, kind } = resource
    const path = `/${root}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}/{name}`
    const patch = {
      parameters: PATCH_PARAMETERS,
      responses: { 200: { description: 'OK' } },
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group, version, kind },
    }
    return [path, { patch }]
  })
  return {
    openapi: '3.0.0',
    info: { title: `${root} of the local cloud`, version: 'unversioned' },
    paths: Object.fromEntries(operations),
  }
}
