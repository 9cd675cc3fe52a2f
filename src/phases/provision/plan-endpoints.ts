import { endpointServices } from '../../aws/endpoints.ts'
import type { Network } from '../../aws/network.ts'
import {
  allowsPrivateDns,
  findGatewayEndpoints,
  interfaceEndpointsOf,
  routeTablesOf,
} from '../../aws/ways-out.ts'
import {
  type Isolation,
  isInS3,
  isolationOf,
  isolationWords,
  type RouteTable,
  tablesWithoutS3,
  unreachableArtifacts,
  unreachableBalancer,
} from '../../cluster/ways-out.ts'
import { UserError } from '../../kit/errors.ts'
import type { Context } from '../context.ts'

/** Endpoints to make. */
export interface PlannedEndpoints {
  /** Full names of services that get an interface in each of the subnets. */
  readonly services: readonly string[]
  readonly subnetIds: readonly string[]
  /** Full names of services that get a route in each of the tables. */
  readonly gateways: readonly string[]
  readonly tableIds: readonly string[]
}

const NONE: PlannedEndpoints = { services: [], subnetIds: [], gateways: [], tableIds: [] }

/**
 * The endpoints that private subnets lack, where they are to be made.
 * @throws UserError when machines could never be reached there, and no endpoint may be made, or none would help
 */
export async function planEndpoints(context: Context, network: Network): Promise<PlannedEndpoints> {
  const { aws, spec } = context
  if (spec.createVpc) return NONE
  const tables = await routeTablesOf(aws.ec2, network.vpcId)
  const unreachable = spec.loadBalancer === 'internet-facing' && unreachableBalancer(network.subnets, tables)
  if (unreachable)
    throw refusal(unreachable, 'Name public subnets in subnet-ids, or set load-balancer: internal.')
  // Endpoints matter to subnets only that have no other way.
  if (!isolationOf(spec.clusterName, network.subnets, tables, []).subnets.length) return NONE
  const endpoints = await interfaceEndpointsOf(aws.ec2, network.vpcId)
  const isolation = isolationOf(spec.clusterName, network.subnets, tables, endpoints)
  await refuse(context, network, isolation)
  const tableIds = await planS3(context, network, { isolation, tables })
  const { missing, subnets } = isolation
  if (!missing.length && !tableIds.length) return NONE
  const shorts = [...missing, ...(tableIds.length ? ['s3'] : [])]
  const names = await endpointServices(aws.ec2, aws.region, shorts)
  const services = names.slice(0, missing.length)
  return { services, subnetIds: subnets.map(({ id }) => id), gateways: names.slice(missing.length), tableIds }
}

const refusal = (what: string, hint: string) => new UserError(what, { hint: `${hint} Nothing was created.` })

async function refuse({ aws, spec }: Context, { vpcId }: Network, isolation: Isolation): Promise<void> {
  const artifacts = unreachableArtifacts(isolation, spec)
  if (artifacts)
    throw refusal(
      artifacts,
      'Name a mirror that they reach in artifact-url, such as a bucket of S3, or add a route to a NAT gateway.',
    )
  if (isolation.faults.length)
    throw new UserError(isolation.faults.join('\n'), { hint: 'Nothing was created.' })
  if (!isolation.missing.length) return
  if (!spec.createEndpoints)
    throw refusal(
      isolationWords(isolation, vpcId),
      'Set create-endpoints: true, or make those endpoints, or add a route to a NAT gateway.',
    )
  if (await allowsPrivateDns(aws.ec2, vpcId)) return
  throw refusal(
    `create-endpoints: ${vpcId} does not allow endpoints with private DNS`,
    `Switch it on: aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --enable-dns-support, and --enable-dns-hostnames.`,
  )
}

/** The route tables that lack a way to the bucket that RKE2 comes from. */
async function planS3(
  { aws, spec }: Context,
  { vpcId }: Network,
  { isolation, tables }: { isolation: Isolation; tables: readonly RouteTable[] },
): Promise<string[]> {
  if (!isInS3(spec.artifactUrl)) return []
  const tableIds = tablesWithoutS3(isolation.subnets, tables, await findGatewayEndpoints(aws.ec2, vpcId))
  if (!tableIds.length || spec.createEndpoints) return tableIds
  throw refusal(
    `artifact-url: it is in S3, and ${tableIds.join(', ')} of ${vpcId} has no route to S3: there is no gateway endpoint for it`,
    'Set create-endpoints: true, or make a gateway endpoint for S3 with those route tables.',
  )
}
