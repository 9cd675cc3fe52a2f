import { launchPlan } from '../../cluster/launch-plan.ts'
import { plannedMachines } from '../../cluster/plan.ts'
import { UserError } from '../../kit/errors.ts'
import type { Context } from '../context.ts'
import { vcpuQuotas } from '../plan/plan-quotas.ts'
import type { Choice } from './choose-machines.ts'

/**
 * Looks whether the account may have the machines that are missing, where its quotas may be read: EC2 itself tells at the
 * launch only, when all that they stand on is made.
 * @throws UserError naming the quota
 */
export async function refuseQuotas(
  context: Context,
  { pools, existing }: Pick<Choice, 'pools' | 'existing'>,
): Promise<void> {
  const launches = plannedMachines(launchPlan(context.spec.clusterName, pools, existing))
  if (!launches.length) return
  const asked = await vcpuQuotas(context, launches)
  const passed = 'quotas' in asked ? asked.quotas.filter((quota) => quota.passed) : []
  const [first] = passed
  if (!first) return
  throw new UserError(
    passed
      .map(
        ({ name, value, used, needed }) =>
          `${name}: the account may have ${value}, ${used} are in use, and ${needed} more are needed`,
      )
      .join('\n'),
    {
      hint: `Ask for more in Service Quotas (${first.serviceCode}, ${first.code}), or choose smaller machines in server-instance-type and agent-instance-type, or fewer agents. Nothing was created.`,
    },
  )
}
