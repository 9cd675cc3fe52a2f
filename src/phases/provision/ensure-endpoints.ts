import { createEndpoint, createGatewayEndpoint, findOwnEndpoints } from '../../aws/endpoints.ts'
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
  choice: Pick<Choice, 'network' | 'endpoints'>,
  { nodesGroup, tags }: { nodesGroup: string; tags: Tags },
): Promise<void> {
  if (!context.spec.createEndpoints) return
  await Promise.all([
    ensureInterfaces(context, choice, { nodesGroup, tags }),
    ensureGateways(context, choice, tags),
  ])
  await awaitEndpoints(context)
}

async function ensureInterfaces(
  context: Context,
  { network: { vpcId }, endpoints: { services, subnetIds } }: Pick<Choice, 'network' | 'endpoints'>,
  { nodesGroup, tags }: { nodesGroup: string; tags: Tags },
): Promise<void> {
  if (!services.length) return
  const { aws, spec, log } = context
  const name = names.endpointsSecurityGroup(spec.clusterName)
  const wish = { name, description: `VPC endpoints of ${spec.clusterName}`, vpcId, tags }
  const group = await onceKnown(context, name, () => ensureSecurityGroup(aws.ec2, wish))
  await onceKnown(context, name, () => openToNodes(aws.ec2, group, nodesGroup))
  const common = { vpcId, subnetIds, securityGroupId: group.id, name, tags }
  await Promise.all(
    services.map((service) =>
      onceKnown(context, name, () => createEndpoint(aws.ec2, { ...common, service })),
    ),
  )
  log.info(`VPC endpoints in ${subnetIds.join(', ')}: ${services.join(', ')}`)
}

async function ensureGateways(
  { aws, spec, log }: Context,
  { network: { vpcId }, endpoints: { gateways, tableIds } }: Pick<Choice, 'network' | 'endpoints'>,
  tags: Tags,
): Promise<void> {
  const name = names.endpointsSecurityGroup(spec.clusterName)
  await Promise.all(
    gateways.map((service) => createGatewayEndpoint(aws.ec2, { service, vpcId, tableIds, name, tags })),
  )
  for (const service of gateways) log.info(`VPC endpoint in the routes of ${tableIds.join(', ')}: ${service}`)
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
