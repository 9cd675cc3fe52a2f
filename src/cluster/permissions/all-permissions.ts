import { balancers } from './balancers.ts'
import { madeInside } from './kubernetes.ts'
import { kept, marks } from './later-tags.ts'
import { machines } from './machines.ts'
import { groups, ownNetwork } from './network.ts'
import { roles } from './node-role.ts'
import { leases, nodes, outsideEc2 } from './nodes.ts'
import type { Permission } from './permission.ts'

/** Every right that the actions need, and for what. sts:GetCallerIdentity needs none. */
export const permissions: readonly Permission[] = [
  ...machines,
  ...groups,
  ...ownNetwork,
  ...balancers,
  ...roles,
  ...nodes,
  ...marks,
  ...kept,
  ...leases,
  ...outsideEc2,
  ...madeInside,
]
