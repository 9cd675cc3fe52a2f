import { launchPlan } from '../../cluster/launch-plan.ts'
import { allNew, stillNew } from '../../cluster/new-things.ts'
import { plannedMachines } from '../../cluster/plan.ts'
import type { QuotaUse } from '../../cluster/quota.ts'
import { UserError } from '../../kit/errors.ts'
import type { Context } from '../context.ts'
import { planQuotas } from '../plan/plan-quotas.ts'
import { planResources } from '../plan/plan-resources.ts'
import type { Choice } from './choose-machines.ts'

/**
 * Looks whether the account may have what is missing, where its quotas may be read: AWS itself tells one after the other, and
 * only when what stands before is made. Where no machine is missing nothing is asked.
 * @throws UserError naming each quota that would be passed
 */
export async function refuseQuotas(context: Context, choice: Choice): Promise<void> {
  const { spec, log } = context
  const launches = plannedMachines(
    launchPlan(spec.clusterName, choice.pools, choice.existing),
    spec.volumeSize,
  )
  if (!launches.length) return
  const wish = { ...choice, spec, launches }
  const asked = await planQuotas(context, { launches, made: allNew(wish) })
  if (asked.unknown) log.info(`not all quotas are foreseen: ${asked.unknown}`)
  if (!passedOf(asked).length) return
  // Only now does it matter what is there already of a run that was cut off: looking for it costs as many calls again.
  const made = stillNew(wish, await planResources(context, choice))
  const passed = passedOf(await planQuotas(context, { launches, made }))
  if (passed.length) throw refusal(passed)
}

const passedOf = (asked: Awaited<ReturnType<typeof planQuotas>>): readonly QuotaUse[] =>
  'quotas' in asked ? asked.quotas.filter((quota) => quota.passed) : []

const refusal = (passed: readonly QuotaUse[]) =>
  new UserError(
    passed
      .map(
        ({ name, value, used, needed }) =>
          `${name}: the account may have ${value}, ${used} are in use, and ${needed} more are needed`,
      )
      .join('\n'),
    {
      hint: `Ask for more in Service Quotas ${passed
        .map(({ serviceCode, code, instead }) => `(${serviceCode}, ${code}), or ${instead}`)
        .join('; ')}. Nothing was created.`,
    },
  )
