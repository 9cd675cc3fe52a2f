import { expect, test } from '@jest/globals'
import { jsonPatch } from '../../../../src/local-cloud/rke2/engine/store/json-patch.ts'
import { type Json, mergePatch } from '../../../../src/local-cloud/rke2/engine/store/merge-patch.ts'
import { strategicMergePatch } from '../../../../src/local-cloud/rke2/engine/store/strategic-merge-patch.ts'

// The first rows are RFC 7386's own.
test.each<[Json, Json, Json]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('merge patch %#', (target, patch, expected) => {
  expect(mergePatch(target, patch)).toEqual(expected)
})

const containers = [
  { name: 'a', image: '1', ports: [{ containerPort: 1 }] },
  { name: 'b', image: '1' },
]

test.each<[string, Json, Json, Json]>([
  [
    'items merge by their key',
    { containers },
    { containers: [{ name: 'b', image: '2' }] },
    { containers: [containers[0] ?? null, { name: 'b', image: '2' }] },
  ],
  [
    'a new item is added',
    { conditions: [{ type: 'A' }] },
    { conditions: [{ type: 'B' }] },
    { conditions: [{ type: 'A' }, { type: 'B' }] },
  ],
  [
    'an item is deleted',
    { containers },
    { containers: [{ name: 'a', $patch: 'delete' }] },
    { containers: [containers[1] ?? null] },
  ],
  [
    'a list is replaced',
    { containers },
    { containers: [{ $patch: 'replace' }, { name: 'c' }] },
    { containers: [{ name: 'c' }] },
  ],
  ['taints replace', { taints: [{ key: 'a' }] }, { taints: [{ key: 'b' }] }, { taints: [{ key: 'b' }] }],
  ['finalizers are a set', { finalizers: ['a'] }, { finalizers: ['b', 'a'] }, { finalizers: ['a', 'b'] }],
  [
    'a value leaves a set',
    { finalizers: ['a', 'b'] },
    { '$deleteFromPrimitiveList/finalizers': ['a'] },
    { finalizers: ['b'] },
  ],
  [
    'only some keys stay',
    { strategy: { type: 'x', rollingUpdate: {} } },
    { strategy: { $retainKeys: ['type'], type: 'y' } },
    { strategy: { type: 'y' } },
  ],
  ['an order is no field', { a: 1 }, { '$setElementOrder/containers': [{ name: 'a' }] }, { a: 1 }],
])('strategic merge: %s', (_, target, patch, expected) => {
  expect(strategicMergePatch(target, patch)).toEqual(expected)
})

test.each<[Json, Json, Json]>([
  [{ a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
  [{ a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
  [{ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
  [{ 'x/y': 1 }, [{ op: 'remove', path: '/x~1y' }], {}],
  [
    { a: 1 },
    [
      { op: 'test', path: '/a', value: 1 },
      { op: 'replace', path: '/a', value: 2 },
    ],
    { a: 2 },
  ],
  [{ a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
])('JSON patch %#', (target, patch, expected) => {
  expect(jsonPatch(target, patch)).toEqual(expected)
})

test.each<[Json, string]>([
  [[{ op: 'replace', path: '/missing', value: 1 }], '/missing is missing'],
  [[{ op: 'test', path: '/a', value: 2 }], 'testing path /a failed'],
  [{ op: 'add' }, 'not a JSON patch'],
])('JSON patch refused %#', (patch, message) => {
  expect(() => jsonPatch({ a: 1 }, patch)).toThrow(message)
})
