import type { Cloud } from '../cloud.ts'
import { quotaOf } from '../quotas/quota-table.ts'

/** What the account has of IAM's things, and may have. */
export const getAccountSummary = ({ world }: Cloud) => ({
  SummaryMap: {
    Roles: world.roles.size,
    RolesQuota: quotaOf(world, 'L-FE177D64'),
    InstanceProfiles: world.profiles.size,
    InstanceProfilesQuota: quotaOf(world, 'L-6E65F664'),
    Policies: world.policies.size,
    Users: 1,
  },
})
