import { MANAGED_POLICIES } from './managed-policy.ts'
import { type Policy, policySchema } from './policy.ts'
import type { World } from './world.ts'

/** A managed policy of the account's own. */
export interface CustomerPolicy {
  arn: string
  id: string
  name: string
  path: string
  description: string | undefined
  document: string
  /** Milliseconds since the epoch. */
  createdAt: number
}

// A thousand agents ask with a role of the same few words.
const parsed = new Map<string, Policy>()

/** A document that was found right when it was put. */
function policyOf(document: string): Policy {
  const known = parsed.get(document) ?? policySchema.parse(document)
  parsed.set(document, known)
  return known
}

/** A managed policy, AWS's own or the account's; undefined when there is none of that ARN. */
export function managedPolicy({ policies }: World, arn: string): Policy | undefined {
  const own = policies.get(arn)
  return own ? policyOf(own.document) : MANAGED_POLICIES[arn]
}

/** What a role's own policies say, and its boundary, which allows nothing by itself. */
export interface Rights {
  policies: readonly Policy[]
  /** Undefined where there is none. */
  boundary: readonly Policy[] | undefined
}

export function rightsOf(world: World, roleName: string | undefined): Rights {
  const role = world.roles.get(roleName ?? '')
  if (!role) return { policies: [], boundary: undefined }
  const attached = role.attached.flatMap((arn) => managedPolicy(world, arn) ?? [])
  const { permissionsBoundary: boundary } = role
  return {
    policies: [...[...role.inline.values()].map(policyOf), ...attached],
    // A boundary that was deleted allows nothing.
    boundary: boundary === undefined ? undefined : [managedPolicy(world, boundary) ?? []].flat(),
  }
}

/** What the account's one user may do; undefined when that is everything. */
export const userRights = ({ userPolicy }: World): Rights | undefined =>
  userPolicy && { policies: [userPolicy], boundary: undefined }
