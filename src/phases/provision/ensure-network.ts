import type { Network } from '../../aws/network.ts'
import { createSubnet, createVpc, findOwnVpc, givePublicAddresses, type OwnVpc } from '../../aws/own-vpc.ts'
import {
  attachGateway,
  createGateway,
  createTable,
  findGateway,
  findTable,
  leadOut,
} from '../../aws/public-routes.ts'
import { names } from '../../cluster/names.ts'
import { missingSubnets } from '../../cluster/own-vpc.ts'
import type { Tags } from '../../cluster/tags.ts'
import type { Context } from '../context.ts'
import { onceKnown } from '../once-known.ts'
import { onceShown } from './once-shown.ts'

/** The network to build in: the user's own as it was found, or the VPC of the cluster, with all that it lacks. */
export async function ensureNetwork(context: Context, planned: Network, tags: Tags): Promise<Network> {
  const { spec, log } = context
  if (!spec.createVpc) return planned
  const { ec2 } = context.aws
  const zones = planned.subnets.map(({ zone }) => zone)
  const wish = { cluster: spec.clusterName, name: names.vpc(spec.clusterName), tags }
  const { vpcId } = await madeOnce(
    context,
    'VPC',
    () => findOwnVpc(ec2, wish.cluster),
    () => createVpc(ec2, { ...wish, cidr: spec.vpcCidr }),
  )
  const [vpc, gatewayId] = await Promise.all([
    ensureSubnets(context, wish, zones),
    ensureGateway(context, { ...wish, vpcId }),
  ])
  await ensureWayOut(context, { ...wish, vpcId }, { gatewayId, subnetIds: vpc.subnets.map(({ id }) => id) })
  if (!planned.vpcId) log.info(`VPC ${vpcId} (${vpc.cidr}) with public subnets in ${zones.join(', ')}`)
  const subnets = vpc.subnets.toSorted((a, b) => a.zone.localeCompare(b.zone))
  return { vpcId, cidrs: [vpc.cidr], subnets }
}

interface Wish {
  readonly cluster: string
  readonly name: string
  readonly tags: Tags
}

/** What would be made anew each time that it is asked for is asked for once, however long AWS takes to show it. */
function madeOnce<T>(
  context: Context,
  what: string,
  find: () => Promise<T | undefined>,
  make: () => Promise<void>,
): Promise<T> {
  let isMade = false
  return onceShown(context, what, async () => {
    const standing = await find()
    if (standing || isMade) return standing
    await make()
    isMade = true
    return undefined
  })
}

function ensureSubnets(context: Context, wish: Wish, zones: readonly string[]): Promise<OwnVpc> {
  const { ec2 } = context.aws
  return onceShown(context, 'subnets', async () => {
    const vpc = await findOwnVpc(ec2, wish.cluster)
    if (!vpc) return undefined
    const missing = missingSubnets(vpc.cidr, zones, vpc.subnets)
    await Promise.all(missing.map((subnet) => createSubnet(ec2, { ...wish, ...subnet, vpcId: vpc.vpcId })))
    const closed = vpc.subnets.filter(({ publicAddresses }) => !publicAddresses)
    await Promise.all(closed.map(({ id }) => givePublicAddresses(ec2, id)))
    return missing.length || closed.length ? undefined : vpc
  })
}

async function ensureGateway(context: Context, wish: Wish & { vpcId: string }): Promise<string> {
  const { ec2 } = context.aws
  const { id, isAttached } = await madeOnce(
    context,
    'internet gateway',
    () => findGateway(ec2, wish),
    () => createGateway(ec2, wish),
  )
  if (!isAttached) await onceKnown(context, id, () => attachGateway(ec2, id, wish))
  return id
}

async function ensureWayOut(
  context: Context,
  wish: Wish & { vpcId: string },
  way: { gatewayId: string; subnetIds: readonly string[] },
): Promise<void> {
  const { ec2 } = context.aws
  const table = await madeOnce(
    context,
    'route table',
    () => findTable(ec2, wish),
    () => createTable(ec2, wish),
  )
  await onceKnown(context, table.id, () => leadOut(ec2, table, way))
}
