import type { Reference, Shape } from './shapes.ts'

/** One thing that is wrong with a request's parameters. */
export interface Violation {
  /** Where, as the protocol writes it: `TagSpecification.1.ResourceType`, `tags.1.member.key`. */
  path: string
  /** `unknown`: no such parameter; `type`: not of that type; `missing`: required; `constraint`: enum, range or pattern. */
  kind: 'unknown' | 'type' | 'missing' | 'constraint'
  /** What AWS demands, in the words of its validation: "Member must have length less than or equal to 64". */
  demand: string
  /** The value in an error's text; undefined where it is sensitive or absent. */
  value: string | undefined
}

export type Report = (violation: Violation) => void

/** How a protocol names a place in the input. */
export interface PathStyle {
  member: (path: string, name: string, reference: Reference) => string
  item: (path: string, index: number) => string
  entry: (path: string, key: string) => string
}

export function unknownParameter(path: string): Violation {
  return { path, kind: 'unknown', demand: 'Member must be known', value: undefined }
}

/** `text` is the value where it may be repeated. */
export function wrongType(path: string, shape: Shape, text?: string): Violation {
  return { path, kind: 'type', demand: `Member must be of type ${shape.type}`, value: text }
}

/** A value as AWS repeats it in errors: lists in brackets. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(String).join(', ')}]`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
