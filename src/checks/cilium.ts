import { counted } from '../kit/counted.ts'
import { type Answered, answers, silent } from './ask-nodes.ts'
import { type Check, fail, pass, type Verdict } from './check.ts'
import type { ClusterProbe } from './cluster-script.ts'
import type { NodeProbe } from './node-script.ts'

export const cilium: Check = {
  name: 'cilium',
  claim: 'Cilium is rolled out to every node, and each agent says that it is well.',
  settles: true,
  async run(facts) {
    const [probe, agents] = await Promise.all([facts.cluster(), facts.network()])
    return judgeCilium(probe.cilium, agents)
  },
}

/** `agents`: one a machine of the cluster, so a node that the DaemonSet does not count is noticed. */
export function judgeCilium(
  { daemonset, operator, unready }: ClusterProbe['cilium'],
  agents: readonly Answered<NodeProbe>[],
): Verdict {
  const ill = answers(agents).filter(({ answer }) => answer.agent !== 'OK')
  const evidence = [
    `DaemonSet cilium: ${rollout(daemonset)}`,
    `Deployment cilium-operator: ${rollout(operator)}`,
    ...unready,
    ...ill.map(({ node, answer }) => `${node.name}: ${answer.agent || answer.error}`),
    ...silent(agents),
  ]
  const faults = [
    daemonset?.desired === agents.length
      ? ''
      : `the DaemonSet wants ${counted(daemonset?.desired ?? 0, 'agent')} for ${counted(agents.length, 'node')}`,
    isComplete(daemonset) ? '' : `agents: ${rollout(daemonset)}`,
    isComplete(operator) ? '' : `operator: ${rollout(operator)}`,
    ill.length ? `not well on ${ill.map(({ node }) => node.name).join(', ')}` : '',
    silent(agents).length ? `no answer from ${counted(silent(agents).length, 'node')}` : '',
  ].filter(Boolean)
  if (faults.length) return fail(faults.join('; '), remedyFor(unready), { evidence })
  return pass(
    `${counted(agents.length, 'agent')} and ${counted(operator?.available ?? 0, 'operator')} available, all OK`,
    { evidence },
  )
}

type Rollout = ClusterProbe['cilium']['daemonset']

const isComplete = (one: Rollout) =>
  one !== null && one.desired > 0 && one.updated === one.desired && one.available === one.desired

const rollout = (one: Rollout) =>
  one ? `${one.updated} of ${one.desired} updated, ${one.available} available` : 'does not exist'

function remedyFor(unready: readonly string[]): string {
  if (unready.some((line) => line.includes('CriticalAddonsOnly')))
    return 'The operator does not tolerate the servers’ CriticalAddonsOnly taint: run install-cilium, which sets its tolerations.'
  if (unready.some((line) => line.includes('Pull')))
    return 'Nodes can’t pull Cilium’s images: check egress, or the mirror in registries.yaml.'
  return 'kubectl -n kube-system describe pod -l k8s-app=cilium, and the log of the job helm-install-rke2-cilium.'
}
