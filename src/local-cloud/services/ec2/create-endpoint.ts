import type { CreateVpcEndpointRequest } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { newId } from '../../world/ids.ts'
import type { Endpoint, RouteTable, Subnet, Vpc } from '../../world/network.ts'
import { macOf } from '../../world/network-interface.ts'
import type { World } from '../../world/world.ts'
import { delay, inBackground } from '../after.ts'
import type { Cloud } from '../cloud.ts'
import { madeBefore, rememberMade } from './client-tokens.ts'
import { endDryRun } from './dry-run.ts'
import { prefixListOf, serviceNamed } from './endpoint-services.ts'
import { endpointView } from './endpoints.ts'
import { takeAddress } from './launch.ts'
import { groupsFor } from './launch-checks.ts'
import { tableById } from './route-tables.ts'
import { subnetById } from './subnets.ts'
import { addTags, specifiedTags } from './tags.ts'
import { vpcById } from './vpcs.ts'

/** How long an interface endpoint is pending: about a minute, as users see it. */
const PENDING_SECONDS = 60

/** Asked again with the same token it answers with what there is. @throws AwsFault InvalidServiceName, InvalidParameter, IdempotentParameterMismatch */
export async function createVpcEndpoint(cloud: Cloud, input: CreateVpcEndpointRequest) {
  const { world } = cloud
  const { endpoints } = world.network
  const [made] = madeBefore(world, 'CreateVpcEndpoint', input) ?? []
  const same = made && endpoints.get(made)
  if (same) return { VpcEndpoint: endpointView(world, same), ClientToken: input.ClientToken }
  const planned = planEndpoint(world, input)
  const tags = specifiedTags(input.TagSpecifications, ['vpc-endpoint'])
  endDryRun(input)
  const endpoint = build(world, planned)
  endpoints.set(endpoint.id, endpoint)
  addTags(world, endpoint.id, tags['vpc-endpoint'] ?? {})
  addRoutes(world, endpoint)
  rememberMade(world, 'CreateVpcEndpoint', input, [endpoint.id])
  await cloud.syncNetwork()
  inBackground(cloud, () => becomeAvailable(world, endpoint.id))
  return { VpcEndpoint: endpointView(world, endpoint), ClientToken: input.ClientToken }
}

type Planned = Omit<Endpoint, 'id' | 'interfaceIds' | 'state'> & { subnets: readonly Subnet[] }

function planEndpoint(world: World, input: CreateVpcEndpointRequest): Planned {
  const vpc = vpcById(world, input.VpcId)
  const kind = input.VpcEndpointType ?? 'Gateway'
  const service = serviceNamed(world, input.ServiceName)
  if (kind !== service.kind)
    throw new AwsFault(
      'InvalidParameter',
      `Endpoint type (${kind}) does not match available service types ([${service.kind}]).`,
    )
  const subnets = (input.SubnetIds ?? []).map((id) => subnetById(world, id))
  refuseSameZone(subnets)
  const privateDns = kind === 'Interface' && (input.PrivateDnsEnabled ?? false)
  if (privateDns) refusePrivateDns(world, vpc, service.name)
  const tables = (input.RouteTableIds ?? []).map((id) => tableById(world, id))
  refuseSecondRoute(tables, service.name)
  return {
    ...{ vpcId: vpc.id, kind: service.kind, service: service.name, privateDns, subnets },
    subnetIds: subnets.map(({ id }) => id),
    groupIds: kind === 'Interface' ? groupsFor(world, vpc.id, input.SecurityGroupIds ?? []) : [],
    routeTableIds: tables.map(({ id }) => id),
    createdAt: world.clock.now(),
  }
}

function refuseSameZone(subnets: readonly Subnet[]): void {
  const twin = subnets.find((one, at) => subnets.findIndex(({ zone }) => zone === one.zone) !== at)
  if (twin)
    throw new AwsFault(
      'DuplicateSubnetsInSameZone',
      `Found another VPC endpoint subnet in the availability zone of ${twin.id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
    )
}

function refusePrivateDns({ network }: World, { id, dnsSupport, dnsHostnames }: Vpc, name: string): void {
  if (!dnsSupport || !dnsHostnames)
    throw new AwsFault(
      'InvalidParameter',
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${id}`,
    )
  if (
    [...network.endpoints.values()].some((one) => one.vpcId === id && one.service === name && one.privateDns)
  )
    throw new AwsFault(
      'InvalidParameter',
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${name} in the VPC ${id}`,
    )
}

function refuseSecondRoute(tables: readonly RouteTable[], service: string): void {
  const destination = prefixListOf(service)
  const taken = tables.find(({ routes }) => routes.some((route) => route.destination === destination))
  if (taken)
    throw new AwsFault(
      'RouteAlreadyExists',
      `route table ${taken.id} already has a route with destination-prefix-list-id ${destination}`,
    )
}

function build(world: World, { subnets, ...planned }: Planned): Endpoint {
  const id = newId('vpce')
  const interfaceIds = subnets.map((subnet) => {
    const privateIp = takeAddress(world, subnet.id)
    const interfaceId = newId('eni')
    world.interfaces.set(interfaceId, {
      ...{ id: interfaceId, subnetId: subnet.id, zone: subnet.zone, privateIp, mac: macOf(privateIp) },
      description: `VPC Endpoint Interface ${id}`,
      groupIds: planned.groupIds,
      instanceId: undefined,
      balancerArn: undefined,
      endpointId: id,
    })
    return interfaceId
  })
  return { ...planned, id, interfaceIds, state: planned.kind === 'Gateway' ? 'available' : 'pending' }
}

/** A gateway endpoint is a route to the service's addresses. */
function addRoutes(world: World, { id, service, routeTableIds }: Endpoint): void {
  for (const tableId of routeTableIds) {
    const table = tableById(world, tableId)
    const destination = prefixListOf(service)
    const routes = [...table.routes, { destination, gatewayId: id }]
    world.network.routeTables.set(tableId, { ...table, routes })
  }
}

async function becomeAvailable(world: World, id: string): Promise<void> {
  await delay(world, PENDING_SECONDS)
  const endpoint = world.network.endpoints.get(id)
  if (endpoint?.state === 'pending') world.network.endpoints.set(id, { ...endpoint, state: 'available' })
}
