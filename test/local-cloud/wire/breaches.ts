import {
  type ServiceModel,
  type Shape,
  type StructureShape,
  shapeOf,
} from '../../../src/local-cloud/wire/shapes.ts'

/** An input that breaks one rule of the model, and which. */
export interface Breach {
  rule: 'required' | 'enum' | 'min' | 'max' | 'pattern'
  /** The member: `TagSpecifications.0.ResourceType`. */
  place: string
  input: unknown
}

/** All ways to break one rule of an input that keeps them all, each shape's rules once. */
export function breachesOf(model: ServiceModel, shape: Shape, input: unknown): Breach[] {
  const seen = new Set<Shape>()
  function* walk(of: Shape, value: unknown, path: string[]): Generator<Breach> {
    if (of.type === 'structure') yield* ofStructure(of, value as Record<string, unknown>, path)
    else if (of.type === 'list')
      for (const [index, one] of (value as unknown[]).slice(0, 1).entries())
        yield* walk(shapeOf(model, of.member), one, [...path, String(index)])
    if (seen.has(of) || path.length === 0) return
    seen.add(of)
    for (const [rule, broken] of brokenValues(of, value))
      yield { rule, place: path.join('.'), input: replaced(input, path, broken) }
  }
  function* ofStructure(
    of: StructureShape,
    value: Record<string, unknown>,
    path: string[],
  ): Generator<Breach> {
    const again = seen.has(of)
    for (const [name, reference] of Object.entries(of.members)) {
      if (value[name] === undefined) continue
      // A structure that is left empty is not sent at all in the query protocols.
      const isSent = path.length === 0 || Object.keys(value).length > 1
      if (!again && isSent && of.required?.includes(name)) {
        const place = [...path, name]
        yield { rule: 'required', place: place.join('.'), input: replaced(input, place, undefined) }
      }
      yield* walk(shapeOf(model, reference), value[name], [...path, name])
    }
  }
  return [...walk(shape, input, [])]
}

/** Patterns allow letters, or all that is printable, or all but control characters. */
const strangers = ['\u00a7', '\u2603', '\u007f']

type Broken = [Exclude<Breach['rule'], 'required'>, unknown]

/** Values that break one rule of a shape each. Those that break another one too still must be refused. */
function brokenValues(shape: Shape, value: unknown): Broken[] {
  const { min = 0, max = Number.POSITIVE_INFINITY } = shape
  const broken: Broken[] = shape.enum ? [['enum', 'no-such-member']] : []
  const outside = strangers.find(
    (text) => shape.pattern && !new RegExp(`^(?:${shape.pattern})$`, 'u').test(text),
  )
  if (outside) broken.push(['pattern', outside.repeat(Math.max(1, min))])
  if (typeof value === 'number') broken.push(['min', min - 1], ['max', max + 1])
  // A required text that is empty is left out by clients of the query protocols.
  if (typeof value === 'string' && min > 1) broken.push(['min', 'x'.repeat(min - 1)])
  if (typeof value === 'string' && max < 20_000) broken.push(['max', 'x'.repeat(max + 1)])
  if (Array.isArray(value) && max < 500) broken.push(['max', Array.from({ length: max + 1 }, () => value[0])])
  return broken.filter(([rule]) => (rule !== 'min' && rule !== 'max') || shape[rule] !== undefined)
}

function replaced(value: unknown, [key, ...rest]: readonly string[], broken: unknown): unknown {
  if (key === undefined) return broken
  if (Array.isArray(value))
    return value.map((one, index) => (String(index) === key ? replaced(one, rest, broken) : one))
  const members = value as Record<string, unknown>
  const { [key]: old, ...others } = members
  const changed = replaced(old, rest, broken)
  return changed === undefined ? others : { ...members, [key]: changed }
}
