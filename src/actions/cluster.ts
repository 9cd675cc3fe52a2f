import { verifyInputs } from '../checks/select-checks.ts'
import { verifyCluster } from '../checks/verify-cluster.ts'
import { inputs } from '../cluster/inputs.ts'
import { inputsOf } from '../cluster/spec.ts'
import { defineAction } from '../kit/define-action.ts'
import { rememberLooks } from '../nodes/remember-looks.ts'
import { clusterPhases } from '../phases/cluster.ts'
import { runPhases } from '../phases/phase.ts'
import { publishReport, reportOutputs } from '../report/publish.ts'
import { endJob, withClusterLease } from './cluster-lease.ts'
import { clusterOutputs, withClusterOutputs } from './cluster-outputs.ts'
import { costOutput, withCostEstimate } from './cost-output.ts'
import { withHold } from './hold-on-failure.ts'
import { readSpec } from './read-spec.ts'
import { writeKubeconfig } from './write-kubeconfig.ts'

/** The root action: the whole chain in one process, and the proof at its end. */
export const cluster = defineAction({
  id: '.',
  name: 'Highly available RKE2 cluster',
  description:
    'A highly available RKE2 cluster with Cilium in your own AWS account, made without SSH and proven before the step ends.',
  icon: 'layers',
  inputs: inputsOf({ ...inputs, ...verifyInputs }),
  outputs: {
    ...clusterOutputs,
    ...costOutput,
    'kubeconfig-path': 'A kubeconfig of the administrator, readable in this job only.',
    ...reportOutputs,
  },
  async run({ checks, drills, ...given }, kit) {
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
        )
        await publishReport(report, { ...kit, log }, given['report-path'])
      }),
    )
  },
  post: (kit, { inputs: given, ended }) => endJob(readSpec(given()), kit, ended),
})
