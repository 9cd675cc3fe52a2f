import { createEndpoint, findOwnEndpoints } from '../../aws/endpoints.ts'
import { ensureSecurityGroup, openToNodes } from '../../aws/security-groups.ts'
import { names } from '../../cluster/names.ts'
import type { Tags } from '../../cluster/tags.ts'
import { UserError } from '../../kit/errors.ts'
import { waitFor } from '../../kit/wait-for.ts'
import type { Context } from '../context.ts'
import { onceKnown } from '../once-known.ts'
import type { Choice } from './choose-machines.ts'

/**
 * The VPC endpoints that are missing, and those that a run before has made, until all of them serve: an agent that finds
 * none at its first try waits for minutes.
 */
export async function ensureEndpoints(
  context: Context,
  { network, endpoints }: Pick<Choice, 'network' | 'endpoints'>,
  { nodesGroup, tags }: { nodesGroup: string; tags: Tags },
): Promise<void> {
  const { aws, spec, log } = context
  if (!spec.createEndpoints) return
  const name = names.endpointsSecurityGroup(spec.clusterName)
  if (endpoints.services.length) {
    const wish = { name, description: `VPC endpoints of ${spec.clusterName}`, vpcId: network.vpcId, tags }
    const group = await onceKnown(context, name, () => ensureSecurityGroup(aws.ec2, wish))
    await onceKnown(context, name, () => openToNodes(aws.ec2, group, nodesGroup))
    const { subnetIds } = endpoints
    const common = { vpcId: network.vpcId, subnetIds, securityGroupId: group.id, name, tags }
    await Promise.all(
      endpoints.services.map((service) =>
        onceKnown(context, name, () => createEndpoint(aws.ec2, { ...common, service })),
      ),
    )
    log.info(`VPC endpoints in ${subnetIds.join(', ')}: ${endpoints.services.join(', ')}`)
  }
  await awaitEndpoints(context)
}

async function awaitEndpoints({ aws, spec, clock, log, signal }: Context): Promise<void> {
  await waitFor({
    what: 'VPC endpoints',
    withinSeconds: spec.timeout,
    next: 'Look at the endpoints in the VPC console. Then run the action again.',
    clock,
    log,
    signal,
    probe: async () => {
      const own = await findOwnEndpoints(aws.ec2, spec.clusterName)
      const failed = own.find(({ state }) => ['failed', 'rejected', 'expired'].includes(state))
      if (failed)
        throw new UserError(`create-endpoints: ${failed.id} (${failed.service}) is ${failed.state}`, {
          hint: 'Run teardown and create the cluster again.',
        })
      const pending = own.filter(({ state }) => state !== 'available')
      return pending.length
        ? { notYet: pending.map(({ service }) => service).join(', ') }
        : { done: undefined }
    },
  })
}
