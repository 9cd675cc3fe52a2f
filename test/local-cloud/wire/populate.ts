import type {
  Reference,
  ScalarShape,
  ServiceModel,
  Shape,
  StructureShape,
} from '../../../src/local-cloud/wire/shapes.ts'
import { shapeOf } from '../../../src/local-cloud/wire/shapes.ts'

// What breaks naive codecs: markup, line ends, blanks at the edges, query syntax, nothing at all, and beyond the BMP.
const HOSTILE = [
  `<a href="x">&amp;'</a>`,
  'line\r\nnext\rlast\n',
  '  blanks at both ends \t',
  'a=b&c=d%20+e;f/g?h#i',
  '',
  'grüße 漢字 👩‍👩‍👧 ]]>',
  '{"json": "\\\\ \\u0041"}',
  'null',
  '007',
]
// Where a pattern forbids those: some value for each pattern of the models.
const TAME = [
  'abc',
  'i-0123456789abcdef0',
  'arn:aws:iam::123456789012:role/path/name',
  'arn:aws:sns:eu-west-1:123456789012:topic',
  '/a/path/',
  '123456',
  '12ab',
  '2026-01-02T03:04:05Z',
  '0123456789abcdef0123456789abcdef',
  'AWS-RunShellScript',
  '$LATEST',
  'vpc-0123456789abcdef0',
  'aws:ec2:image',
  'mi-0123456789abcdef0',
  '12345678-1234-1234-1234-123456789012',
  'text',
  'HTTPS',
  'ipv4pool-coip-0123',
  'ipam-pool-0123',
  '404',
  'text/plain',
  'tag:Name',
  'Name',
  'Equals',
  'v1',
]

/** Makes values that fill every member of a shape, each string another hostile one where the model allows it. */
export function populator(model: ServiceModel) {
  let turn = 0
  const next = <T>(values: readonly T[]): T => values[turn++ % values.length] as T

  function populate(reference: Reference, above: readonly Shape[] = []): unknown {
    const shape = shapeOf(model, reference)
    const inside = [...above, shape]
    switch (shape.type) {
      case 'structure':
        return Object.fromEntries(
          membersOf(shape)
            .filter(
              ([, member]) => !inside.includes(shapeOf(model, member)) || isScalar(shapeOf(model, member)),
            )
            .map(([name, member]) => [name, populate(member, inside)]),
        )
      case 'list':
        return times(size(shape, 2), () => populate(shape.member, inside))
      case 'map':
        return Object.fromEntries(
          times(size(shape, 2), () => [populate(shape.key, inside), populate(shape.value, inside)]),
        )
      default:
        return scalar(shape)
    }
  }

  function membersOf({ members, union }: StructureShape): [string, Reference][] {
    const all = Object.entries(members)
    return union ? [next(all)] : all
  }

  function scalar(shape: ScalarShape): unknown {
    switch (shape.type) {
      case 'string':
        return string(shape)
      case 'boolean':
        return next([true, false])
      case 'timestamp':
        return new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + next([0, 120, 999]))
      case 'blob':
        return new Uint8Array([0, 255, 10, 13, 38, 61])
      case 'integer':
      case 'long':
        return Math.min(Math.max(next([0, 7, 65_535]), shape.min ?? 0), shape.max ?? 1_000_000)
      default:
        return Math.min(Math.max(next([0.5, 1.25]), shape.min ?? 0), shape.max ?? 1_000_000)
    }
  }

  function string(shape: ScalarShape): string {
    if (shape.enum) return next(shape.enum)
    if (shape.encoding) return '{"Statement":[{"Action":"*","Sid":"it\'s (this) one!"}]}'
    const start = turn++
    const turned = HOSTILE.map((_, index) => HOSTILE[(start + index) % HOSTILE.length] as string)
    const fitting = [...turned, ...TAME]
      .map((text) => stretch(shape, text))
      .find((text) => allowed(shape, text))
    if (fitting === undefined) throw new Error(`no value for ${JSON.stringify(shape)}`)
    return fitting
  }

  return populate
}

const isScalar = (shape: Shape) => !['structure', 'list', 'map'].includes(shape.type)

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

const size = (shape: Shape, wanted: number) => Math.min(Math.max(wanted, shape.min ?? 0), shape.max ?? wanted)

function stretch(shape: ScalarShape, text: string): string {
  const cut = text.slice(0, shape.max)
  return cut === ''
    ? 'x'.repeat(shape.min ?? 0)
    : cut.repeat(Math.ceil((shape.min ?? 0) / cut.length) || 1).slice(0, shape.max)
}

function allowed(shape: ScalarShape, text: string): boolean {
  if (text.length < (shape.min ?? 0) || text.length > (shape.max ?? text.length)) return false
  if (/[\ud800-\udbff]$/.test(text)) return false
  return !shape.pattern || new RegExp(`^(?:${shape.pattern})$`, 'u').test(text)
}
