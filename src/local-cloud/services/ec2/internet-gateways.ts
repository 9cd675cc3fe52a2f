import type {
  AttachInternetGatewayRequest,
  CreateInternetGatewayRequest,
  DeleteInternetGatewayRequest,
  DescribeInternetGatewaysRequest,
  DetachInternetGatewayRequest,
  InternetGateway as GatewayView,
} from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { newId } from '../../world/ids.ts'
import { isAlive } from '../../world/instance.ts'
import type { InternetGateway } from '../../world/network.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { chosenById } from './chosen-by-id.ts'
import { endDryRun } from './dry-run.ts'
import { filtered } from './filters.ts'
import { refuseWhileNeeded } from './refuse-while-needed.ts'
import { addTags, specifiedTags, tagList } from './tags.ts'
import { vpcById } from './vpcs.ts'

export function describeInternetGateways({ world }: Cloud, input: DescribeInternetGatewaysRequest) {
  const all = [...world.network.gateways.values()]
  const gateways = chosenById(
    all,
    input.InternetGatewayIds,
    'internetGateway',
    'InvalidInternetGatewayID.NotFound',
  )
  const found = filtered(world, gateways, input.Filters, {
    'internet-gateway-id': ({ id }) => [id],
    'attachment.vpc-id': ({ vpcId }) => [vpcId],
    'attachment.state': ({ vpcId }) => (vpcId === undefined ? [] : ['available']),
  })
  const page = paginate(found, input.MaxResults, input.NextToken)
  return { InternetGateways: page.items.map((one) => gatewayView(world, one)), NextToken: page.next }
}

const gatewayView = (world: World, { id, vpcId }: InternetGateway): GatewayView => ({
  InternetGatewayId: id,
  OwnerId: world.account,
  // EC2 gives an attachment's state a word of its own here.
  Attachments: vpcId === undefined ? [] : [{ VpcId: vpcId, State: 'available' as 'attached' }],
  Tags: tagList(world, id),
})

/** @throws AwsFault InvalidInternetGatewayID.NotFound */
function gatewayById({ network }: World, id: string | undefined): InternetGateway {
  const gateway = network.gateways.get(id ?? '')
  if (gateway) return gateway
  throw new AwsFault('InvalidInternetGatewayID.NotFound', `The internetGateway ID '${id}' does not exist`)
}

export function createInternetGateway({ world }: Cloud, input: CreateInternetGatewayRequest) {
  const tags = specifiedTags(input.TagSpecifications, ['internet-gateway'])
  endDryRun(input)
  const gateway: InternetGateway = { id: newId('igw'), vpcId: undefined }
  world.network.gateways.set(gateway.id, gateway)
  addTags(world, gateway.id, tags['internet-gateway'] ?? {})
  return { InternetGateway: gatewayView(world, gateway) }
}

/** @throws AwsFault Resource.AlreadyAssociated, InvalidParameterValue for a VPC that has one */
export function attachInternetGateway({ world }: Cloud, input: AttachInternetGatewayRequest): void {
  const { gateways } = world.network
  const gateway = gatewayById(world, input.InternetGatewayId)
  const vpc = vpcById(world, input.VpcId)
  if (gateway.vpcId !== undefined)
    throw new AwsFault(
      'Resource.AlreadyAssociated',
      `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
    )
  if ([...gateways.values()].some(({ vpcId }) => vpcId === vpc.id))
    throw new AwsFault('InvalidParameterValue', `Network ${vpc.id} already has an internet gateway attached`)
  endDryRun(input)
  gateways.set(gateway.id, { ...gateway, vpcId: vpc.id })
}

/** @throws AwsFault Gateway.NotAttached, DependencyViolation while a machine of the VPC has a public address */
export function detachInternetGateway({ world }: Cloud, input: DetachInternetGatewayRequest): void {
  const gateway = gatewayById(world, input.InternetGatewayId)
  const vpc = vpcById(world, input.VpcId)
  if (gateway.vpcId !== vpc.id)
    throw new AwsFault('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${vpc.id}`)
  if (hasPublicAddresses(world, vpc.id))
    throw new AwsFault(
      'DependencyViolation',
      `Network ${vpc.id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    )
  endDryRun(input)
  world.network.gateways.set(gateway.id, { ...gateway, vpcId: undefined })
}

/** Public addresses of machines, and those of a balancer that faces the internet until its interfaces are gone. */
function hasPublicAddresses(world: World, vpcId: string): boolean {
  const { network, instances, interfaces, loadBalancers, classicBalancers } = world
  const facing = [...loadBalancers.values(), ...classicBalancers.values()].flatMap(({ arn, scheme }) =>
    scheme === 'internet-facing' ? [arn] : [],
  )
  const isIn = ({ subnetId }: { subnetId: string }) => network.subnets.get(subnetId)?.vpcId === vpcId
  return (
    [...instances.values()].some((one) => isAlive(one) && one.publicIp !== undefined && isIn(one)) ||
    [...interfaces.values()].some((one) => isIn(one) && facing.includes(one.balancerArn ?? ''))
  )
}

/** @throws AwsFault DependencyViolation while it is attached */
export function deleteInternetGateway({ world }: Cloud, input: DeleteInternetGatewayRequest): void {
  const { id, vpcId } = gatewayById(world, input.InternetGatewayId)
  refuseWhileNeeded('internetGateway', id, vpcId !== undefined)
  endDryRun(input)
  world.network.gateways.delete(id)
  world.tags.delete(id)
}
