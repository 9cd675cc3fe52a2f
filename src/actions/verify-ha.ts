import { verifyInputs } from '../checks/select-checks.ts'
import { verifyCluster } from '../checks/verify-cluster.ts'
import { pick } from '../cluster/inputs.ts'
import { inputsOf } from '../cluster/spec.ts'
import { defineAction } from '../kit/define-action.ts'
import { openContext } from '../phases/open-context.ts'
import { publishReport, reportOutputs } from '../report/publish.ts'
import { readSpec } from './read-spec.ts'

export const verifyHa = defineAction({
  id: 'verify-ha',
  name: 'Prove that an RKE2 cluster is highly available',
  description:
    'Asks etcd, the API, the load balancer, leases, nodes, Cilium and a conformance run; on demand it takes a server’s power away, measures, and brings it back.',
  icon: 'check-circle',
  inputs: inputsOf({
    ...pick('cluster-name', 'aws-region', 'config', 'server-taints', 'wireguard'),
    ...verifyInputs,
  }),
  outputs: reportOutputs,
  async run({ checks, drills, ...given }, kit) {
    const log = kit.log.scoped('verify-ha')
    const context = openContext(readSpec(given), { ...kit, log })
    const report = await verifyCluster(context, {
      checks,
      drills,
      settleTime: given['settle-time'],
      longestWriteGap: given['longest-write-gap'],
    })
    await publishReport(report, { ...kit, log }, given['report-path'])
  },
})
