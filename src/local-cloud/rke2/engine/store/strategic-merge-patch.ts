import { isObject, type Json, type JsonObject } from './merge-patch.ts'

/**
 * The key by which a list of objects merges, by the list's field name: the patchMergeKey tags of Kubernetes' types (k8s.io/api
 * core/v1, apps/v1, batch/v1 types.go). Lists that are not named replace, as there.
 */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  conditions: 'type',
  addresses: 'type',
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  ownerReferences: 'uid',
  secrets: 'name',
  podIPs: 'ip',
  hostIPs: 'ip',
}

// `ports` merges by another key in a container than in a service.
const keyFor = (field: string, items: readonly Json[]) => {
  if (field !== 'ports') return MERGE_KEYS[field]
  return items.some((item) => isObject(item) && 'containerPort' in item) ? 'containerPort' : 'port'
}

/** Lists of plain values that merge as sets. */
const SETS = new Set(['finalizers', 'podCIDRs'])

/** Kubernetes' strategic merge: as a merge patch, but lists with a known key merge item by item, and `$` directives count. */
export function strategicMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  if (patch['$patch'] === 'replace') return withoutDirectives(patch)
  const merged: JsonObject = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) direct(merged, key, value)
    else mergeField(merged, key, value)
  }
  return merged
}

function direct(merged: JsonObject, directive: string, value: Json) {
  if (directive === '$retainKeys') retain(merged, value)
  const [name, field] = directive.split('/')
  if (name === '$deleteFromPrimitiveList' && field) dropFrom(merged, field, value)
}

function mergeField(merged: JsonObject, key: string, value: Json) {
  if (value === null || (isObject(value) && value['$patch'] === 'delete')) delete merged[key]
  else if (Array.isArray(value)) merged[key] = mergeList(key, merged[key], value)
  else merged[key] = strategicMergePatch(merged[key], value)
}

const withoutDirectives = (patch: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')))

function retain(merged: JsonObject, keys: Json) {
  const kept = new Set(Array.isArray(keys) ? keys : [])
  for (const key of Object.keys(merged)) if (!kept.has(key)) delete merged[key]
}

function dropFrom(merged: JsonObject, field: string, values: Json) {
  const list = merged[field]
  if (Array.isArray(list) && Array.isArray(values))
    merged[field] = list.filter((value) => !values.includes(value))
}

function mergeList(field: string, target: Json | undefined, patch: Json[]): Json[] {
  const present = Array.isArray(target) ? target : []
  if (SETS.has(field)) return [...new Set([...present, ...patch])]
  const mergeKey = keyFor(field, [...present, ...patch])
  const replaces = patch.some((item) => isObject(item) && item['$patch'] === 'replace')
  if (!mergeKey || replaces) return patch.filter((item) => !(isObject(item) && item['$patch'] === 'replace'))
  return patch.reduce<Json[]>((list, item) => mergeItem(list, mergeKey, item), [...present])
}

function mergeItem(list: Json[], mergeKey: string, item: Json): Json[] {
  if (!isObject(item)) return [...list, item]
  const at = list.findIndex((other) => isObject(other) && other[mergeKey] === item[mergeKey])
  if (item['$patch'] === 'delete') return list.filter((_, index) => index !== at)
  if (at < 0) return [...list, strategicMergePatch({}, item)]
  return list.map((other, index) => (index === at ? strategicMergePatch(other, item) : other))
}
