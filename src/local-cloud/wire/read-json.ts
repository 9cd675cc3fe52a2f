import { type ScalarShape, type ServiceModel, type Shape, type StructureShape, shapeOf } from './shapes.ts'
import { type PathStyle, type Report, unknownParameter, wrongType } from './violation.ts'

interface Reading {
  model: ServiceModel
  style: PathStyle
  report: Report
}

/** Reads a parsed JSON value in the SDK's shape; null counts as absent, what does not belong there is reported. */
export function readJson(reading: Reading, shape: Shape, value: unknown, path = ''): unknown {
  const read = reader(reading, shape, value, path)
  if (read === undefined) reading.report(wrongType(path, shape))
  return read
}

function reader(reading: Reading, shape: Shape, value: unknown, path: string): unknown {
  switch (shape.type) {
    case 'structure':
      return isObject(value) ? readMembers(reading, shape, value, path) : undefined
    case 'list': {
      const item = shapeOf(reading.model, shape.member)
      return Array.isArray(value)
        ? value.map((one, index) => readJson(reading, item, one, reading.style.item(path, index)))
        : undefined
    }
    case 'map': {
      if (!isObject(value)) return undefined
      const one = shapeOf(reading.model, shape.value)
      const entries = Object.entries(value).map(([key, inner]) => [
        key,
        readJson(reading, one, inner, reading.style.entry(path, key)),
      ])
      return Object.fromEntries(entries)
    }
    default:
      return readScalar(shape, value)
  }
}

function readMembers(
  reading: Reading,
  shape: StructureShape,
  value: Record<string, unknown>,
  path: string,
): Record<string, unknown> {
  const read: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const reference = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined
    const place = reading.style.member(path, name, reference ?? 'string')
    if (reference === undefined) reading.report(unknownParameter(place))
    else if (member !== null) read[name] = readJson(reading, shapeOf(reading.model, reference), member, place)
  }
  return read
}

function readScalar(shape: ScalarShape, value: unknown): unknown {
  switch (shape.type) {
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'timestamp':
      return typeof value === 'number' ? new Date(Math.round(value * 1000)) : undefined
    case 'blob':
      return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : undefined
    case 'integer':
    case 'long':
      return Number.isInteger(value) ? value : undefined
    default:
      return typeof value === 'number' ? value : undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
