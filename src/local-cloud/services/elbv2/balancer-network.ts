import type { CreateLoadBalancerInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../../wire/service.ts'
import { newId } from '../../world/ids.ts'
import type { BalancerNode } from '../../world/load-balancer.ts'
import type { Subnet } from '../../world/network.ts'
import { macOf } from '../../world/network-interface.ts'
import type { World } from '../../world/world.ts'
import { takeAddress } from '../ec2/launch.ts'
import { freeAddressesIn } from '../ec2/subnets.ts'

/** One subnet a zone, by Subnets or SubnetMappings. @throws AwsFault SubnetNotFound, InvalidSubnet, ValidationError */
export function subnetsFor(
  world: World,
  input: Pick<CreateLoadBalancerInput, 'Subnets' | 'SubnetMappings' | 'Scheme'>,
): Subnet[] {
  const fromMappings = (input.SubnetMappings ?? []).map(({ SubnetId, ...rest }) => {
    if (Object.values(rest).some((value) => value !== undefined))
      throw new AwsFault(
        'UnsupportedOperation',
        `the local cloud does not know ${Object.keys(rest)} of a SubnetMapping`,
      )
    return SubnetId ?? ''
  })
  const ids = [...(input.Subnets ?? []), ...fromMappings]
  if (ids.length === 0) throw new AwsFault('ValidationError', 'At least one subnet must be specified')
  const subnets = ids.map((id) => {
    const subnet = world.network.subnets.get(id)
    if (!subnet) throw new AwsFault('SubnetNotFound', `The subnet ID '${id}' does not exist`)
    return subnet
  })
  if (new Set(subnets.map(({ zone }) => zone)).size < subnets.length)
    throw new AwsFault(
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    )
  refuseNetwork(world, subnets, input.Scheme)
  return subnets
}

/** @throws AwsFault InvalidConfigurationRequest, InvalidSubnet */
function refuseNetwork(
  { network }: World,
  subnets: readonly Subnet[],
  scheme: CreateLoadBalancerInput['Scheme'] = 'internet-facing',
): void {
  const [vpcId, ...others] = new Set(subnets.map((subnet) => subnet.vpcId))
  if (others.length > 0)
    throw new AwsFault('InvalidConfigurationRequest', 'All subnets must belong to the same VPC')
  if (scheme === 'internet-facing' && ![...network.gateways.values()].some((one) => one.vpcId === vpcId))
    throw new AwsFault('InvalidSubnet', `VPC ${vpcId} has no internet gateway`)
}

/** ELB's own words, seen in kubernetes-sigs/aws-load-balancer-controller#1233. @throws AwsFault InvalidSubnet */
export function refuseFull(world: World, subnets: readonly Subnet[]): void {
  const full = subnets.find((subnet) => freeAddressesIn(world, subnet) < 8)
  if (full)
    throw new AwsFault(
      'InvalidSubnet',
      `Not enough IP space available in ${full.id}. ELB requires at least 8 free IP addresses in each subnet.`,
    )
}

/** The balancer's interface in one zone. */
export function attach(
  world: World,
  { id: subnetId, zone }: Subnet,
  balancerArn: string,
  description: string,
  groupIds: readonly string[],
): BalancerNode {
  const address = takeAddress(world, subnetId)
  const interfaceId = newId('eni')
  world.interfaces.set(interfaceId, {
    id: interfaceId,
    subnetId,
    zone,
    privateIp: address,
    mac: macOf(address),
    description,
    groupIds,
    instanceId: undefined,
    balancerArn,
  })
  return { zone, subnetId, address, interfaceId }
}
