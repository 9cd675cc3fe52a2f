import { type ServiceModel, type Shape, type StructureShape, shapeOf } from './shapes.ts'
import { type PathStyle, type Report, shown } from './violation.ts'

interface Place {
  model: ServiceModel
  style: PathStyle
  path: string
  report: Report
  /** Within something sensitive, no value is repeated. */
  hidden?: boolean
}

/** Reports every breach of the model's constraints: required members, enums, ranges and patterns. */
export function validate(outer: Place, shape: Shape, value: unknown): void {
  const place = shape.sensitive ? { ...outer, hidden: true } : outer
  for (const demand of unmet(shape, value)) {
    const told = place.hidden ? undefined : shown(value)
    place.report({ path: place.path, kind: 'constraint', demand, value: told })
  }
  if (shape.type === 'structure') validateMembers(place, shape, value as Record<string, unknown>)
  else if (shape.type === 'list') {
    const item = shapeOf(place.model, shape.member)
    ;(value as unknown[]).forEach((one, index) => {
      validate({ ...place, path: place.style.item(place.path, index) }, item, one)
    })
  } else if (shape.type === 'map') {
    const [keys, values] = [shapeOf(place.model, shape.key), shapeOf(place.model, shape.value)]
    for (const [key, one] of Object.entries(value as Record<string, unknown>)) {
      validate({ ...place, path: place.style.entry(place.path, key) }, keys, key)
      validate({ ...place, path: place.style.entry(place.path, key) }, values, one)
    }
  }
}

function validateMembers(place: Place, shape: StructureShape, value: Record<string, unknown>) {
  for (const [name, reference] of Object.entries(shape.members)) {
    const path = place.style.member(place.path, name, reference)
    const member = value[name]
    if (member !== undefined) validate({ ...place, path }, shapeOf(place.model, reference), member)
    else if (shape.required?.includes(name))
      place.report({ path, kind: 'missing', demand: 'Member must not be null', value: 'null' })
  }
}

/** The demands that a value does not meet, in AWS's words. */
function unmet(shape: Shape, value: unknown): string[] {
  const demands: string[] = []
  if (shape.enum && !shape.enum.includes(value as string))
    demands.push(`Member must satisfy enum value set: [${shape.enum.join(', ')}]`)
  if (shape.pattern && !matches(shape.pattern, value as string))
    demands.push(`Member must satisfy regular expression pattern: ${shape.pattern}`)
  const { size, what } = measure(value)
  if (shape.min !== undefined && size < shape.min)
    demands.push(`Member must have ${what} greater than or equal to ${shape.min}`)
  if (shape.max !== undefined && size > shape.max)
    demands.push(`Member must have ${what} less than or equal to ${shape.max}`)
  return demands
}

function measure(value: unknown): { size: number; what: 'value' | 'length' } {
  if (typeof value === 'number') return { size: value, what: 'value' }
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array)
    return { size: value.length, what: 'length' }
  return { size: Object.keys(value as object).length, what: 'length' }
}

const compiled = new Map<string, RegExp>()

/** AWS matches the whole value, whether or not the pattern is anchored. */
function matches(pattern: string, value: string): boolean {
  const known = compiled.get(pattern)
  const expression = known ?? new RegExp(`^(?:${pattern})$`, 'u')
  if (!known) compiled.set(pattern, expression)
  return expression.test(value)
}
