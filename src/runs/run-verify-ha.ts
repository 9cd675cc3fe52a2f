import type { verifyHa } from '../actions/verify-ha.ts'
import { verifyCluster } from '../checks/verify-cluster.ts'
import type { InputsOf, KitOf } from '../kit/define-action.ts'
import { openContext } from '../phases/open-context.ts'
import { publishReport } from '../report/publish.ts'
import { readSpec } from './read-spec.ts'

export async function runVerifyHa(
  { checks, drills, ...given }: InputsOf<typeof verifyHa>,
  kit: KitOf<typeof verifyHa>,
): Promise<void> {
  const log = kit.log.scoped('verify-ha')
  const context = openContext(readSpec(given), { ...kit, log })
  const report = await verifyCluster(context, {
    checks,
    drills,
    settleTime: given['settle-time'],
    longestWriteGap: given['longest-write-gap'],
  })
  await publishReport(report, { ...kit, log }, given['report-path'])
}
