import { expect, test } from '@jest/globals'
import { namedCause } from '../../bench/named-cause.ts'

test.each([
  [
    'no room',
    '::error::no zone has room for a-server-1%0A→ Name more instance types',
    'no zone has room for a-server-1\n→ Name more instance types',
  ],
  ['an annotation with a title', '::error title=etcd::etcd has no quorum', 'etcd has no quorum'],
])('%s is a cause', (_, line, cause) => {
  expect(namedCause(['   1.0s  provision-nodes', line])).toBe(cause)
})

test.each([
  ['silence', '  1.0s  teardown  deleting'],
  [
    'a stack',
    '::error::InternalError: An internal error has occurred%0A    at de_Error (file:///dist/index.js:1:2)',
  ],
  ['a slip of the program', '::error::TypeError: x is not a function'],
  ['an error without words', '::error::UnknownError'],
  ['an object', '::error::failed: [object Object]'],
])('%s is none', (_, line) => {
  expect(namedCause([line])).toBeUndefined()
})

test('one meaningless error among good ones is told', () => {
  expect(namedCause(['::error::no room', '::error::ReferenceError: x'])).toBeUndefined()
})
