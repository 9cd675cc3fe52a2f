import type { EngineConfig } from '../engine-config.ts'
import type { Cache } from '../store/cache.ts'
import type { Etcd } from '../store/etcd.ts'
import type { Objects } from '../store/objects.ts'

/** What the API server's handlers work with. */
export interface Api {
  config: EngineConfig
  etcd: Etcd
  cache: Cache
  objects: Objects
}
