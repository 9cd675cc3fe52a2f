import { expect, test } from '@jest/globals'
import type { KubeObject } from '../../../../../src/local-cloud/rke2/engine/kubernetes.ts'
import type { Cache } from '../../../../../src/local-cloud/rke2/engine/store/cache.ts'
import type { Etcd } from '../../../../../src/local-cloud/rke2/engine/store/etcd.ts'
import { createObjects } from '../../../../../src/local-cloud/rke2/engine/store/objects.ts'
import { builtin } from '../../../../../src/local-cloud/rke2/engine/store/resources.ts'

const namespace = (metadata: object = {}) =>
  ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new', ...metadata } }) as KubeObject

/** Objects over a cache that knows `now` once it has caught up with etcd, and until then what it knew `before`. */
function lagging(before: KubeObject | undefined, now: KubeObject | undefined) {
  let known = before
  const cache = {
    get: () => known,
    reached: async () => {
      known = now
    },
  } as unknown as Cache
  const etcd = { revision: async () => 7, swap: async () => ({ done: true, revision: 8 }) } as unknown as Etcd
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' } } as KubeObject
  return () => createObjects(etcd, cache).create(builtin('serviceaccounts'), account, 'new')
}

const ending = namespace({ deletionTimestamp: '2026-11-21T12:00:00Z' })

test.each([
  ['made just now', undefined],
  ['made again just now', ending],
])('a namespace %s takes objects, though the cache lags', async (_, before) => {
  await expect(lagging(before, namespace())()).resolves.toMatchObject({ metadata: { name: 'a' } })
})

test.each([
  ['is not there', undefined, /"new" not found/],
  ['is being deleted', ending, /because it is being terminated/],
])('one that %s takes none', async (_, now, words) => {
  await expect(lagging(undefined, now)()).rejects.toThrow(words)
})
