import { verifyInputs } from '../checks/verify-inputs.ts'
import { pick } from '../cluster/inputs.ts'
import { defineAction } from '../kit/define-action.ts'
import { inputsOf } from './inputs-of.ts'
import { reportOutputs } from './outputs.ts'
import { runs } from './runs.ts'

export const verifyHa = defineAction({
  id: 'verify-ha',
  name: 'Prove that an RKE2 cluster is highly available',
  description:
    'Asks etcd, the API, the load balancer, leases, nodes, Cilium and a conformance run; on demand it takes a server’s power away, measures, and brings it back.',
  icon: 'check-circle',
  inputs: inputsOf({
    ...pick(
      'cluster-name',
      'aws-region',
      'config',
      'server-taints',
      'server-labels',
      'agent-labels',
      'agent-taints',
      'node-groups',
      'wireguard',
    ),
    ...verifyInputs,
  }),
  outputs: reportOutputs,
  async run(given, kit): Promise<void> {
    await (await runs()).runVerifyHa(given, kit)
  },
})
