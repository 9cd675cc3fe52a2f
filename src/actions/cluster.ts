import { verifyInputs } from '../checks/verify-inputs.ts'
import { inputs } from '../cluster/inputs.ts'
import { defineAction } from '../kit/define-action.ts'
import { inputsOf } from './inputs-of.ts'
import { clusterOutputs, costOutput, reportOutputs } from './outputs.ts'
import { endJob, runs } from './runs.ts'

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
  async run(given, kit): Promise<void> {
    await (await runs()).runCluster(given, kit)
  },
  post: endJob,
})
