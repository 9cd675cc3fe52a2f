import type { IncomingMessage } from 'node:http'
import { expect, test } from '@jest/globals'
import { patchObject } from '../../../../src/local-cloud/rke2/engine/http/patch-object.ts'
import { type Json, mergePatch } from '../../../../src/local-cloud/rke2/engine/store/merge-patch.ts'

// The rows are RFC 7386's own.
test.each<[Json, Json, Json]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('merge patch %#', (target, patch, expected) => {
  expect(mergePatch(target, patch)).toEqual(expected)
})

const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec: {} }
const patched = (type: string, patch: Json) =>
  patchObject({ headers: { 'content-type': type } } as IncomingMessage, node, patch)
const STRATEGIC = 'application/strategic-merge-patch+json'

test.each([
  ['application/merge-patch+json', { spec: { taints: [{ key: 'a' }] } }, { taints: [{ key: 'a' }] }],
  [STRATEGIC, { spec: { unschedulable: true } }, { unschedulable: true }],
])('%s of %j', (type, patch, spec) => {
  expect(patched(type, patch)).toMatchObject({ spec })
})

test.each<[string, Json, string]>([
  ['application/json-patch+json', [], 'patches of type application/json-patch+json'],
  ['application/apply-patch+yaml', {}, 'patches of type application/apply-patch+yaml'],
  [STRATEGIC, { spec: { taints: [{ key: 'a' }] } }, 'strategic merge patches with lists'],
  [STRATEGIC, { spec: { $retainKeys: {} } }, 'strategic merge patches with lists or directives'],
])('%s of %j is refused by name', (type, patch, what) => {
  expect(() => patched(type, patch)).toThrow(`the light control plane does not serve ${what}`)
})
