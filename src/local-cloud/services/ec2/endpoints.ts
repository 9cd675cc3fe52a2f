import type {
  DeleteVpcEndpointsRequest,
  DescribeVpcEndpointsRequest,
  VpcEndpoint as EndpointView,
} from '@aws-sdk/client-ec2'
import type { Endpoint } from '../../world/network.ts'
import type { World } from '../../world/world.ts'
import { delay, inBackground } from '../after.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { chosenById } from './chosen-by-id.ts'
import { endDryRun } from './dry-run.ts'
import { filtered } from './filters.ts'
import { groupsOf } from './instance-view.ts'
import { tagList } from './tags.ts'

/** How long the interfaces of a deleted endpoint stay: about as long as a balancer's. */
const LINGERING_SECONDS = 60

export function describeVpcEndpoints({ world }: Cloud, input: DescribeVpcEndpointsRequest) {
  const all = [...world.network.endpoints.values()]
  const endpoints = chosenById(all, input.VpcEndpointIds, 'vpcEndpoint', 'InvalidVpcEndpointId.NotFound')
  const found = filtered(world, endpoints, input.Filters, {
    'vpc-endpoint-id': ({ id }) => [id],
    'vpc-id': ({ vpcId }) => [vpcId],
    'service-name': ({ service }) => [service],
    'vpc-endpoint-type': ({ kind }) => [kind],
    'vpc-endpoint-state': ({ state }) => [state],
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return { VpcEndpoints: page.items.map((one) => endpointView(world, one)), NextToken: page.next }
}

export const endpointView = (world: World, endpoint: Endpoint): EndpointView => ({
  VpcEndpointId: endpoint.id,
  VpcEndpointType: endpoint.kind,
  VpcId: endpoint.vpcId,
  ServiceName: endpoint.service,
  // EC2 writes these states in lower case, and its model in upper.
  State: endpoint.state as never,
  PrivateDnsEnabled: endpoint.privateDns,
  RouteTableIds: [...endpoint.routeTableIds],
  SubnetIds: [...endpoint.subnetIds],
  Groups: groupsOf(world, endpoint.groupIds),
  NetworkInterfaceIds: [...endpoint.interfaceIds],
  CreationTimestamp: new Date(endpoint.createdAt),
  RequesterManaged: false,
  OwnerId: world.account,
  Tags: tagList(world, endpoint.id),
})

/** What can't be deleted is told in the answer, and is no error of the call. */
export function deleteVpcEndpoints(cloud: Cloud, input: DeleteVpcEndpointsRequest) {
  const { world } = cloud
  const ids = input.VpcEndpointIds ?? []
  endDryRun(input)
  const missing = ids.filter((id) => !world.network.endpoints.has(id))
  for (const id of ids) {
    const endpoint = world.network.endpoints.get(id)
    if (!endpoint || endpoint.state === 'deleting') continue
    world.network.endpoints.set(id, { ...endpoint, state: 'deleting' })
    removeRoutes(world, id)
    inBackground(cloud, () => vanish(cloud, endpoint))
  }
  return {
    Unsuccessful: missing.map((ResourceId) => ({
      ResourceId,
      Error: {
        Code: 'InvalidVpcEndpoint.NotFound',
        Message: `The Vpc Endpoint Id '${ResourceId}' does not exist`,
      },
    })),
  }
}

function removeRoutes({ network }: World, id: string): void {
  for (const table of network.routeTables.values()) {
    const routes = table.routes.filter(({ gatewayId }) => gatewayId !== id)
    network.routeTables.set(table.id, { ...table, routes })
  }
}

async function vanish(cloud: Cloud, { id, kind, interfaceIds }: Endpoint): Promise<void> {
  const { world } = cloud
  if (kind === 'Interface') await delay(world, LINGERING_SECONDS)
  for (const interfaceId of interfaceIds) world.interfaces.delete(interfaceId)
  world.network.endpoints.delete(id)
  world.tags.delete(id)
  await cloud.syncNetwork()
}
