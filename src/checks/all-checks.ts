import { api } from './api.ts'
import { balancer } from './balancer.ts'
import type { Check } from './check.ts'
import { cilium } from './cilium.ts'
import { conformance } from './conformance.ts'
import { connectivity } from './connectivity.ts'
import { etcd } from './etcd.ts'
import { leases } from './leases.ts'
import { nodes } from './nodes.ts'
import { zones } from './zones.ts'

/** Every check, in the order in which a report tells them: from the ground up. */
export const ALL_CHECKS: readonly Check[] = [
  etcd,
  api,
  balancer,
  leases,
  nodes,
  zones,
  cilium,
  connectivity,
  conformance,
]
