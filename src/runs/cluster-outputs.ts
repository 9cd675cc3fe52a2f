import type { clusterOutputs } from '../actions/outputs.ts'
import { timeTag } from '../cluster/tags.ts'
import type { Kit } from '../kit/define-action.ts'
import type { Context } from '../phases/context.ts'

type Output = keyof typeof clusterOutputs

/** Sets what is known already; asked before and after the work, so that a failed step has its outputs too. */
async function setClusterOutputs(context: Context, kit: Kit<Output>): Promise<void> {
  const [{ servers, agents }, balancer] = await Promise.all([context.nodes(), context.balancer()])
  const endpoint = balancer && `https://${balancer.dnsName}:6443`
  kit.output(
    'cluster',
    JSON.stringify({ name: context.spec.clusterName, region: context.aws.region, endpoint }),
  )
  const node = [...servers, ...agents][0]
  if (!node) return
  kit.output('rke2-version', node.rke2Version)
  if (!Number.isNaN(node.expiresAt)) kit.output('expires-at', timeTag(node.expiresAt))
}

/** Runs `work`, and sets the outputs before it and after it, whether it ends well or not. */
export async function withClusterOutputs(
  context: Context,
  kit: Kit<Output>,
  work: () => Promise<void>,
): Promise<void> {
  await setClusterOutputs(context, kit)
  try {
    await work()
  } finally {
    // The failure of the work is the one to tell.
    await setClusterOutputs(context, kit).catch(() => undefined)
  }
}
