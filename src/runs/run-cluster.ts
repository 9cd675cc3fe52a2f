import type { cluster } from '../actions/cluster.ts'
import { verifyCluster } from '../checks/verify-cluster.ts'
import type { InputsOf, KitOf } from '../kit/define-action.ts'
import { rememberLooks } from '../nodes/remember-looks.ts'
import { clusterPhases } from '../phases/cluster.ts'
import { runPhases } from '../phases/phase.ts'
import { publishReport } from '../report/publish.ts'
import { withClusterLease } from './cluster-lease.ts'
import { withClusterOutputs } from './cluster-outputs.ts'
import { withCostEstimate } from './cost-estimate.ts'
import { withHold } from './hold-on-failure.ts'
import { readSpec } from './read-spec.ts'
import { writeKubeconfig } from './write-kubeconfig.ts'

/** The whole chain in one process, and the proof at its end. */
export async function runCluster(
  { checks, drills, ...given }: InputsOf<typeof cluster>,
  kit: KitOf<typeof cluster>,
): Promise<void> {
  await withClusterLease(readSpec(given), kit, (context) =>
    withHold(context, async () => {
      await withClusterOutputs(context, kit, async () => {
        await withCostEstimate(context, kit, () =>
          runPhases(clusterPhases, { ...context, runner: rememberLooks(context.runner) }),
        )
        const kubeconfig = await writeKubeconfig(context, kit)
        if (kubeconfig) kit.output('kubeconfig-path', kubeconfig)
      })
      const log = kit.log.scoped('verify-ha')
      const report = await verifyCluster(
        { ...context, log },
        { checks, drills, settleTime: given['settle-time'], longestWriteGap: given['longest-write-gap'] },
        context.spec,
      )
      await publishReport(report, { ...kit, log }, given['report-path'])
    }),
  )
}
