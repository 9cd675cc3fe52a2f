import type { KubeObject } from '../kubernetes.ts'
import { notServed } from '../store/api-error.ts'
import { apiVersionOf, type Resource } from '../store/resources.ts'
import { tableColumns, tableRow } from './tables.ts'

export type IncludeObject = 'None' | 'Metadata' | 'Object'

/** How a client wants objects: whole, or as rows of a table. */
export interface Representation {
  one(object: KubeObject): unknown
  list(objects: readonly KubeObject[], metadata: ListMeta): unknown
}

interface ListMeta {
  resourceVersion: string
}

const META = 'meta.k8s.io/v1'
const partial = ({ metadata }: KubeObject) => ({ kind: 'PartialObjectMetadata', apiVersion: META, metadata })

/** A media type that whole objects in JSON satisfy; `as=` would make it something else. */
const WHOLE = /^(application\/json|application\/\*|\*\/\*)(;(?!as=)|$)/

/** The first form of the Accept header that the engine has. @throws ApiError 406 when it has none of them. */
export function representationFor(
  resource: Resource,
  accept: string,
  include: IncludeObject,
): Representation {
  for (const choice of (accept || '*/*').replaceAll(' ', '').split(',')) {
    if (/^application\/json;as=Table\b/.test(choice)) return asTable(resource, include)
    if (WHOLE.test(choice)) return whole(resource)
  }
  throw notServed(`answers of type ${accept}`, 406)
}

const whole = (resource: Resource): Representation => ({
  one: (object) => object,
  list: (items, metadata) => ({
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata,
    items,
  }),
})

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
    one: (object) => table([object], { resourceVersion: object.metadata.resourceVersion ?? '' }),
    list: table,
  }
}
