import { expect, test } from '@jest/globals'
import { models } from '../../../src/local-cloud/wire/models.ts'
import operations from '../../../src/local-cloud/wire/operations.json' with { type: 'json' }
import type { ServiceName } from '../../../src/local-cloud/wire/service.ts'
import { type Reference, type Shape, shapeOf } from '../../../src/local-cloud/wire/shapes.ts'

const names = Object.keys(models) as ServiceName[]

function references(shape: Shape): Reference[] {
  if (shape.type === 'structure') return Object.values(shape.members)
  if (shape.type === 'list') return [shape.member]
  return shape.type === 'map' ? [shape.key, shape.value] : []
}

test.each(Object.entries(operations))('%s: the model has the operations listed', (service, listed) => {
  const described = Object.keys(models[service as ServiceName].operations)
  expect(described).toEqual(expect.arrayContaining(listed))
})

test.each(names)('%s: whatever the model names is there', (service) => {
  const model = models[service]
  const ofOperations = Object.values(model.operations).flatMap(({ input, output, errors }) => [
    input,
    output,
    ...(errors ?? []),
  ])
  const named = [...ofOperations, ...Object.values(model.shapes).flatMap(references)]
  for (const reference of named) if (reference) shapeOf(model, reference)
  expect(named.length).toBeGreaterThan(10)
})

test.each(names)('%s: each pattern is one that JavaScript understands', (service) => {
  const patterns = Object.values(models[service].shapes).flatMap((shape) => shape.pattern ?? [])
  for (const pattern of patterns) expect(() => new RegExp(pattern, 'u')).not.toThrow()
})
