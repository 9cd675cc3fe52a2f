import type {
  AssociateRouteTableRequest,
  CreateRouteRequest,
  CreateRouteTableRequest,
  DeleteRouteTableRequest,
  DescribeRouteTablesRequest,
  RouteTable as RouteTableView,
} from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { newId } from '../../world/ids.ts'
import { mainTable, type Route, type RouteTable } from '../../world/network.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { chosenById } from './chosen-by-id.ts'
import { madeBefore, rememberMade } from './client-tokens.ts'
import { endDryRun } from './dry-run.ts'
import { filtered } from './filters.ts'
import { refuseWhileNeeded } from './refuse-while-needed.ts'
import { subnetById } from './subnets.ts'
import { addTags, specifiedTags, tagList } from './tags.ts'
import { vpcById } from './vpcs.ts'

export function describeRouteTables({ world }: Cloud, input: DescribeRouteTablesRequest) {
  const all = [...world.network.routeTables.values()]
  const tables = chosenById(all, input.RouteTableIds, 'routeTable', 'InvalidRouteTableID.NotFound')
  const found = filtered(world, tables, input.Filters, {
    'route-table-id': ({ id }) => [id],
    'vpc-id': ({ vpcId }) => [vpcId],
    'association.main': ({ main }) => [String(main)],
    // The main table has no explicit association with a subnet, so this doesn't find it, as on AWS.
    'association.subnet-id': ({ associations }) => [...associations.values()],
    'route.gateway-id': ({ routes }) => routes.map(({ gatewayId }) => gatewayId),
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return { RouteTables: page.items.map((table) => tableView(world, table)), NextToken: page.next }
}

const tableView = (world: World, table: RouteTable): RouteTableView => ({
  RouteTableId: table.id,
  VpcId: table.vpcId,
  OwnerId: world.account,
  Associations: [
    ...(table.main ? [{ main: true, id: table.id.replace('rtb-', 'rtbassoc-') }] : []),
    ...[...table.associations].map(([id, subnetId]) => ({ main: false, id, subnetId })),
  ].map(({ main, id, ...subnet }) => ({
    Main: main,
    RouteTableId: table.id,
    RouteTableAssociationId: id,
    ...('subnetId' in subnet && { SubnetId: subnet.subnetId }),
    AssociationState: { State: 'associated' as const },
  })),
  Routes: table.routes.map((route) => routeView(world, route)),
  Tags: tagList(world, table.id),
})

/** A route through something that is gone is a black hole. */
function routeView({ network }: World, { destination, gatewayId }: Route) {
  const isGone = gatewayId.startsWith('igw-') && network.gateways.get(gatewayId)?.vpcId === undefined
  return {
    ...(destination.startsWith('pl-')
      ? { DestinationPrefixListId: destination }
      : { DestinationCidrBlock: destination }),
    ...(gatewayId.startsWith('nat-') ? { NatGatewayId: gatewayId } : { GatewayId: gatewayId }),
    State: isGone ? ('blackhole' as const) : ('active' as const),
    Origin: gatewayId === 'local' ? ('CreateRouteTable' as const) : ('CreateRoute' as const),
  }
}

/** @throws AwsFault InvalidRouteTableID.NotFound */
export function tableById({ network }: World, id: string | undefined): RouteTable {
  const table = network.routeTables.get(id ?? '')
  if (table) return table
  throw new AwsFault('InvalidRouteTableID.NotFound', `The routeTable ID '${id}' does not exist`)
}

/** Asked again with the same token it answers with what there is. */
export function createRouteTable({ world }: Cloud, input: CreateRouteTableRequest) {
  const vpc = vpcById(world, input.VpcId)
  const { ClientToken: token } = input
  const [made] = madeBefore(world, 'CreateRouteTable', input) ?? []
  const same = made && world.network.routeTables.get(made)
  if (same) return { RouteTable: tableView(world, same), ClientToken: token }
  const tags = specifiedTags(input.TagSpecifications, ['route-table'])
  endDryRun(input)
  const table: RouteTable = { ...mainTable(newId('rtb'), vpc), main: false }
  world.network.routeTables.set(table.id, table)
  addTags(world, table.id, tags['route-table'] ?? {})
  rememberMade(world, 'CreateRouteTable', input, [table.id])
  return { RouteTable: tableView(world, table), ClientToken: token }
}

/** @throws AwsFault RouteAlreadyExists, InvalidGatewayID.NotFound, InvalidParameterValue for a gateway of elsewhere */
export function createRoute({ world }: Cloud, input: CreateRouteRequest) {
  const table = tableById(world, input.RouteTableId)
  const { DestinationCidrBlock: destination = '', GatewayId: gatewayId = '' } = input
  const gateway = world.network.gateways.get(gatewayId)
  if (!gateway)
    throw new AwsFault('InvalidGatewayID.NotFound', `The gateway ID '${gatewayId}' does not exist`)
  if (gateway.vpcId !== table.vpcId)
    throw new AwsFault(
      'InvalidParameterValue',
      `route table ${table.id} and network gateway ${gatewayId} belong to different networks`,
    )
  if (table.routes.some((route) => route.destination === destination && route.gatewayId !== gatewayId))
    throw new AwsFault('RouteAlreadyExists', `The route identified by ${destination} already exists.`)
  endDryRun(input)
  const others = table.routes.filter((route) => route.destination !== destination)
  world.network.routeTables.set(table.id, { ...table, routes: [...others, { destination, gatewayId }] })
  return { Return: true }
}

/** @throws AwsFault Resource.AlreadyAssociated for a subnet that has a table of its own, this one too */
export function associateRouteTable({ world }: Cloud, input: AssociateRouteTableRequest) {
  const { routeTables } = world.network
  const table = tableById(world, input.RouteTableId)
  const subnet = subnetById(world, input.SubnetId)
  if (subnet.vpcId !== table.vpcId)
    throw new AwsFault(
      'InvalidParameterValue',
      `route table ${table.id} and subnet ${subnet.id} belong to different networks`,
    )
  if ([...routeTables.values()].some(({ associations }) => [...associations.values()].includes(subnet.id)))
    throw new AwsFault(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${table.id} conflicts with an existing association`,
    )
  endDryRun(input)
  const id = newId('rtbassoc')
  const associations = new Map(table.associations).set(id, subnet.id)
  routeTables.set(table.id, { ...table, associations })
  return { AssociationId: id, AssociationState: { State: 'associated' } }
}

/** @throws AwsFault DependencyViolation while subnets follow it, and always for a main table */
export function deleteRouteTable({ world }: Cloud, input: DeleteRouteTableRequest): void {
  const { id, main, associations } = tableById(world, input.RouteTableId)
  refuseWhileNeeded('routeTable', id, main || associations.size > 0)
  endDryRun(input)
  world.network.routeTables.delete(id)
  world.tags.delete(id)
}
