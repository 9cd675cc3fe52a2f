import type { KubeObject } from '../kubernetes.ts'
import { apiVersionOf, type Resource } from '../store/resources.ts'
import { tableColumns, tableRow } from './tables.ts'

export type IncludeObject = 'None' | 'Metadata' | 'Object'

/** How a client wants objects: whole, or as rows of a table. */
export interface Representation {
  contentType: string
  one(object: KubeObject): unknown
  list(objects: readonly KubeObject[], metadata: ListMeta): unknown
}

interface ListMeta {
  resourceVersion: string
}

const META = 'meta.k8s.io/v1'
const partial = ({ metadata }: KubeObject) => ({ kind: 'PartialObjectMetadata', apiVersion: META, metadata })

/** The first form of the Accept header that the engine has; whole objects when none is special. */
export function representationFor(
  resource: Resource,
  accept: string,
  include: IncludeObject,
): Representation {
  for (const choice of accept.split(',')) {
    if (/;as=Table\b/.test(choice)) return asTable(resource, include)
    if (/^\s*(application\/json|\*\/\*)/.test(choice)) break
  }
  const apiVersion = apiVersionOf(resource)
  return {
    contentType: 'application/json',
    one: (object) => object,
    list: (items, metadata) => ({ kind: `${resource.kind}List`, apiVersion, metadata, items }),
  }
}

function asTable(resource: Resource, include: IncludeObject): Representation {
  const columnDefinitions = tableColumns(resource.kind)
  const row = (object: KubeObject) => ({
    cells: tableRow(object, new Date()),
    ...(include === 'Metadata' && { object: partial(object) }),
    ...(include === 'Object' && { object }),
  })
  const table = (objects: readonly KubeObject[], metadata: ListMeta) => ({
    kind: 'Table',
    apiVersion: META,
    metadata,
    columnDefinitions,
    rows: objects.map(row),
  })
  return {
    contentType: 'application/json',
    one: (object) => table([object], { resourceVersion: object.metadata.resourceVersion ?? '' }),
    list: table,
  }
}
