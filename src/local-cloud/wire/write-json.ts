import { isOfType, textOfScalar } from './scalar-text.ts'
import { type ScalarShape, type ServiceModel, type Shape, shapeOf } from './shapes.ts'
import { membersToWrite } from './write-members.ts'

/** A handler's value as awsJson1.1 carries it: timestamps in epoch seconds, blobs in base64. */
export function jsonOf(model: ServiceModel, shape: Shape, value: unknown, where = ''): unknown {
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        membersToWrite(model, shape, value).map((member) => [
          member.name,
          jsonOf(model, member.shape, member.value, member.name),
        ]),
      )
    case 'list':
      return (value as unknown[]).map((item) => jsonOf(model, shapeOf(model, shape.member), item, where))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, one]) => [
          key,
          jsonOf(model, shapeOf(model, shape.value), one, `${where}.${key}`),
        ]),
      )
    default:
      return jsonOfScalar(shape, value, where)
  }
}

function jsonOfScalar(shape: ScalarShape, value: unknown, where: string): unknown {
  if (shape.type === 'blob') return textOfScalar(shape, value, where)
  if (!isOfType(shape, value)) throw new Error(`${where} is no ${shape.type}: ${typeof value}`)
  return value instanceof Date ? value.getTime() / 1000 : value
}
