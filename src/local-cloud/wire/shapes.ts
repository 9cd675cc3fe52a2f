/** What AWS's service models say of the operations served, as src/build/generate-wire-model.py trims them. */
export interface ServiceModel {
  protocol: 'ec2' | 'query' | 'json'
  /** The API version that query requests name: "2016-11-15". */
  version: string
  /** XML namespace of the answers (query protocols). */
  namespace?: string
  /** What stands before the dot in X-Amz-Target (JSON). */
  targetPrefix?: string
  operations: Readonly<Record<string, OperationModel>>
  shapes: Readonly<Record<string, Shape>>
}

export interface OperationModel {
  input?: string
  output?: string
  errors?: readonly string[]
  /** AWS takes it without a signature. */
  unsigned?: boolean
  /** A machine outside EC2 signs it with a key pair of its own, which only the handler knows (`call.signedBy`). */
  signedByNode?: boolean
}

/** A shape's name, or that with the name on the wire and, for EC2, the one in queries when it is another. */
export type Reference = string | readonly [shape: string, wireName: string, queryName?: string]

interface Constraints {
  enum?: readonly string[]
  /** Of a string's length, a collection's size or a number's value. */
  min?: number
  max?: number
  pattern?: string
  /** Its value must not be repeated in an error. */
  sensitive?: boolean
}

export interface StructureShape extends Constraints {
  type: 'structure'
  members: Readonly<Record<string, Reference>>
  /** Clients set exactly one of its members. */
  union?: boolean
  required?: readonly string[]
  /** `code` is what the query protocols write in place of the shape's name. */
  error?: { code?: string; status: number }
}

export interface ListShape extends Constraints {
  type: 'list'
  member: Reference
}

export interface MapShape extends Constraints {
  type: 'map'
  key: Reference
  value: Reference
}

export interface ScalarShape extends Constraints {
  type: 'string' | 'integer' | 'long' | 'float' | 'double' | 'boolean' | 'timestamp' | 'blob'
  /** IAM's policies are URI-encoded in answers. */
  encoding?: 'uri'
}

export type Shape = StructureShape | ListShape | MapShape | ScalarShape

const PRIMITIVES: Readonly<Record<string, ScalarShape>> = Object.fromEntries(
  (['string', 'integer', 'long', 'float', 'double', 'boolean', 'timestamp', 'blob'] as const).map((type) => [
    type,
    { type },
  ]),
)
const NOTHING: StructureShape = { type: 'structure', members: {} }

/** The shape that a member, item, key or value has. */
export function shapeOf(model: ServiceModel, reference: Reference): Shape {
  const name = typeof reference === 'string' ? reference : reference[0]
  const shape = model.shapes[name] ?? PRIMITIVES[name]
  if (!shape) throw new Error(`the model names no shape ${name}`)
  return shape
}

/** The structure of an operation's input or output; an empty one where it has none. */
export function structureOf(model: ServiceModel, name: string | undefined): StructureShape {
  if (name === undefined) return NOTHING
  const shape = shapeOf(model, name)
  if (shape.type !== 'structure') throw new Error(`${name} is no structure`)
  return shape
}

/** A member's own name on the wire, if it has one. */
export function wireName(reference: Reference): string | undefined {
  return typeof reference === 'string' ? undefined : reference[1]
}
