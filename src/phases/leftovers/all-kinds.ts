import { parameters, roles } from './access.ts'
import { balancers, classicBalancers, targetGroups } from './balancing.ts'
import { activations, hybridNodes } from './hybrid.ts'
import type { Kind } from './kind.ts'
import { machines } from './machines.ts'
import { interfaces, securityGroups } from './network.ts'
import { endpoints, gateways, routeTables, subnets, vpcs } from './own-network.ts'
import { volumes } from './volumes.ts'

/**
 * The order of deletion: what costs money first, then what can go only after it. Kinds of one row go together.
 * Balancers come twice: while its machines live, Kubernetes may make one more.
 */
export const deletionRows: readonly (readonly Kind[])[] = [
  [machines, balancers, classicBalancers, activations, endpoints],
  [balancers, classicBalancers],
  [targetGroups, securityGroups, volumes, hybridNodes, parameters, roles],
  [gateways, subnets],
  [routeTables],
  [vpcs],
]

/** Every kind once, for looking, proving and tagging. */
export const allKinds: readonly Kind[] = [...new Set([...deletionRows.flat(), interfaces])]
