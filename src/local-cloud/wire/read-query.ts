import type { Branch } from './query-tree.ts'
import { scalarFromText } from './scalar-text.ts'
import {
  type ListShape,
  type MapShape,
  type Reference,
  type ServiceModel,
  type Shape,
  type StructureShape,
  shapeOf,
  wireName,
} from './shapes.ts'
import { type Report, unknownParameter, wrongType } from './violation.ts'

/** The protocol's own part of reading: what a member is called in a query, and where a list keeps its items. */
export interface QueryDialect {
  keyOf: (name: string, reference: Reference) => string
  /** The segment before an item's number: `member` in awsQuery, none in ec2Query. */
  itemSegment: string | undefined
}

const upperFirst = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

export const ec2Dialect: QueryDialect = {
  keyOf: (name, reference) =>
    (typeof reference === 'string' ? undefined : reference[2]) ?? upperFirst(wireName(reference) ?? name),
  itemSegment: undefined,
}

export const queryDialect: QueryDialect = {
  keyOf: (name, reference) => wireName(reference) ?? name,
  itemSegment: 'member',
}

interface Reading {
  model: ServiceModel
  dialect: QueryDialect
  report: Report
}

/** Reads a structure from its branch, in the SDK's shape; what does not belong there is reported. */
export function readStructure(reading: Reading, shape: StructureShape, branch: Branch, path = '') {
  const members = new Map(
    Object.entries(shape.members).map((member) => [reading.dialect.keyOf(...member), member]),
  )
  const value: Record<string, unknown> = {}
  for (const [key, child] of branch.children) {
    const place = path ? `${path}.${key}` : key
    const member = members.get(key)
    if (member) value[member[0]] = read(reading, shapeOf(reading.model, member[1]), child, place)
    else reading.report(unknownParameter(place))
  }
  return value
}

function read(reading: Reading, shape: Shape, branch: Branch, path: string): unknown {
  switch (shape.type) {
    case 'structure':
      return readStructure(reading, shape, branch, path)
    case 'list':
      return readList(reading, shape, branch, path)
    case 'map':
      return readMap(reading, shape, branch, path)
    default: {
      for (const key of branch.children.keys()) reading.report(unknownParameter(`${path}.${key}`))
      const value = scalarFromText(shape, branch.text ?? '')
      if (value === undefined)
        reading.report(wrongType(path, shape, shape.sensitive ? undefined : branch.text))
      return value
    }
  }
}

function readList(reading: Reading, shape: ListShape, branch: Branch, path: string): unknown[] {
  const item = shapeOf(reading.model, shape.member)
  return numbered(reading, branch, path, reading.dialect.itemSegment).map(([place, child]) =>
    read(reading, item, child, place),
  )
}

function readMap(reading: Reading, shape: MapShape, branch: Branch, path: string): Record<string, unknown> {
  const value = shapeOf(reading.model, shape.value)
  const entries = numbered(reading, branch, path, 'entry').map(([place, child]) => {
    const [key, one] = [child.children.get('key'), child.children.get('value')]
    if (!key || !one) reading.report(unknownParameter(place))
    return [key?.text ?? '', one ? read(reading, value, one, `${place}.value`) : undefined]
  })
  return Object.fromEntries(entries)
}

/** The items below a branch with their paths, by number. An empty collection is the bare key (`Key=`). */
function numbered(reading: Reading, branch: Branch, path: string, segment: string | undefined) {
  const parent = segment ? branch.children.get(segment) : branch
  const base = segment ? `${path}.${segment}` : path
  for (const key of segment ? branch.children.keys() : [])
    if (key !== segment) reading.report(unknownParameter(`${path}.${key}`))
  const items = [...(parent?.children ?? [])]
  for (const [key] of items) if (!/^\d+$/.test(key)) reading.report(unknownParameter(`${base}.${key}`))
  return items
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([key, child]): [string, Branch] => [`${base}.${key}`, child])
}
