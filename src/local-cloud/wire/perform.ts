import type { Protocol, Reply } from './protocol.ts'
import type { Call, Handlers } from './service.ts'
import { type ServiceModel, structureOf } from './shapes.ts'
import { validate } from './validate.ts'
import type { Violation } from './violation.ts'

interface Performance {
  handlers: Handlers
  call: Call
  body: string
  model: ServiceModel
  protocol: Protocol
}

/**
 * Reads the input, has the handler do the operation, and writes its answer.
 * @throws AwsFault  for an unknown operation, refused input, and what the handler refuses; Error for an answer that the
 *   model doesn't allow
 */
export async function perform({ handlers, call, body, model, protocol }: Performance): Promise<Reply> {
  const { service, operation, requestId } = call
  const described = Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined
  const handler = handlers[service]?.[operation]
  if (!described || !handler) throw protocol.unknownOperation(`${service}:${operation}`)
  const input = readInput(model, protocol, described.input, body)
  const output = (await handler(input, call)) ?? {}
  const shape = described.output === undefined ? undefined : structureOf(model, described.output)
  return protocol.succeed({ model, operation, shape, output, requestId })
}

/** What is unknown or mistyped is refused before constraints are looked at, as AWS does. */
function readInput(model: ServiceModel, protocol: Protocol, name: string | undefined, body: string) {
  const violations: Violation[] = []
  const report = (violation: Violation) => violations.push(violation)
  const shape = structureOf(model, name)
  const input = protocol.read(model, shape, body, report)
  if (violations.length === 0) validate({ model, style: protocol.paths, path: '', report }, shape, input)
  if (violations.length > 0) throw protocol.refuse(violations)
  return input
}
