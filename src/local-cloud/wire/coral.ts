import { AwsFault } from './service.ts'
import type { Violation } from './violation.ts'

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

const below = (path: string, segment: string) => (path ? `${path}.${segment}` : segment)

/** How IAM, ELBv2, STS and SSM, all built on one framework (Coral), name a place in their input. */
export const coralPaths = {
  member: (path: string, name: string) => below(path, lowerFirst(name)),
  item: (path: string, index: number) => `${path}.${index + 1}.member`,
  entry: (path: string, key: string) => `${path}.${key}.member`,
}

/** All violations in one error: "2 validation errors detected: Value '' at 'name' failed to satisfy constraint: …". */
export function refuseAsCoral(code: string, violations: readonly Violation[]): AwsFault {
  const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected`
  return new AwsFault(code, `${count}: ${violations.map(describe).join('; ')}`)
}

function describe({ kind, path, value, demand }: Violation): string {
  if (kind === 'unknown') return `Unknown parameter '${path}'`
  const quoted = value === undefined ? 'Value' : kind === 'missing' ? 'Value null' : `Value '${value}'`
  return `${quoted} at '${path}' failed to satisfy constraint: ${demand}`
}
