import { endpointServices } from '../../aws/endpoints.ts'
import type { Network } from '../../aws/network.ts'
import { allowsPrivateDns, findEndpoints, findRouteTables } from '../../aws/ways-out.ts'
import {
  type Endpoint,
  type Isolation,
  isolationOf,
  isolationWords,
  unreachableBalancer,
} from '../../cluster/ways-out.ts'
import { UserError } from '../../kit/errors.ts'
import type { Context } from '../context.ts'

/** Endpoints to make. */
export interface PlannedEndpoints {
  /** Full names. */
  readonly services: readonly string[]
  readonly subnetIds: readonly string[]
}

const NONE: PlannedEndpoints = { services: [], subnetIds: [] }

/**
 * The endpoints that private subnets lack, where they are to be made.
 * @throws UserError when machines could never be reached there, and no endpoint may be made, or none would help
 */
export async function planEndpoints(context: Context, network: Network): Promise<PlannedEndpoints> {
  const { aws, spec } = context
  if (spec.createVpc) return NONE
  const tables = await findRouteTables(aws.ec2, network.vpcId)
  const unreachable = spec.loadBalancer === 'internet-facing' && unreachableBalancer(network.subnets, tables)
  if (unreachable)
    throw new UserError(unreachable, {
      hint: 'Name public subnets in subnet-ids, or set load-balancer: internal. Nothing was created.',
    })
  // Endpoints matter to subnets only that have no other way.
  const isolationBy = (endpoints: readonly Endpoint[]) =>
    isolationOf(spec.clusterName, network.subnets, tables, endpoints)
  if (!isolationBy([]).subnets.length) return NONE
  const isolation = isolationBy(await findEndpoints(aws.ec2, network.vpcId))
  await refuse(context, network, isolation)
  if (!isolation.missing.length) return NONE
  return {
    services: await endpointServices(aws.ec2, aws.region, isolation.missing),
    subnetIds: isolation.subnets.map(({ id }) => id),
  }
}

async function refuse({ aws, spec }: Context, { vpcId }: Network, isolation: Isolation): Promise<void> {
  if (isolation.faults.length)
    throw new UserError(isolation.faults.join('\n'), { hint: 'Nothing was created.' })
  if (!isolation.missing.length) return
  if (!spec.createEndpoints)
    throw new UserError(isolationWords(isolation, vpcId), {
      hint: 'Set create-endpoints: true, or make those endpoints, or add a route to a NAT gateway. Nothing was created.',
    })
  if (await allowsPrivateDns(aws.ec2, vpcId)) return
  throw new UserError(`create-endpoints: ${vpcId} does not allow endpoints with private DNS`, {
    hint: `Switch it on: aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --enable-dns-support, and --enable-dns-hostnames. Nothing was created.`,
  })
}
