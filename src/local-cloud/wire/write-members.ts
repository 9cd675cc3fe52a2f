import { type Reference, type ServiceModel, type Shape, type StructureShape, shapeOf } from './shapes.ts'

export interface WrittenMember {
  name: string
  reference: Reference
  shape: Shape
  value: unknown
}

/**
 * The members that a handler's answer has, in the model's order.
 * @throws Error  for a member that the model doesn't have: AWS could not send it, so the handler is wrong
 */
export function membersToWrite(model: ServiceModel, shape: StructureShape, value: unknown): WrittenMember[] {
  const given = value as Record<string, unknown>
  for (const name of Object.keys(given))
    if (!Object.hasOwn(shape.members, name)) throw new Error(`an answer has no member ${name}`)
  return Object.entries(shape.members)
    .filter(([name]) => given[name] !== undefined && given[name] !== null)
    .map(([name, reference]) => ({ name, reference, shape: shapeOf(model, reference), value: given[name] }))
}
