import { isWithin } from './addresses.ts'
import type { Instance } from './instance.ts'
import { type Endpoint, tableOf } from './network.ts'
import type { World } from './world.ts'

const HTTPS = 443

/**
 * Whether a machine's packets reach a service of AWS: over the internet gateway when it has a public address, over a
 * gateway that translates, or by an interface endpoint of the VPC that lets it in. Endpoints answer to the service's own
 * name, so one with private DNS takes every call.
 */
export function reaches(world: World, instance: Instance, service: string): boolean {
  const { network } = world
  const subnet = network.subnets.get(instance.subnetId)
  if (!subnet) return false
  const endpoint = [...network.endpoints.values()].find(
    ({ vpcId, service: name, privateDns }) =>
      vpcId === subnet.vpcId && privateDns && name.endsWith(`.${world.region}.${service}`),
  )
  if (endpoint) return endpoint.state === 'available' && admits(world, endpoint, instance)
  const gateway = tableOf(network, subnet)?.routes.find(
    ({ destination }) => destination === '0.0.0.0/0',
  )?.gatewayId
  if (gateway?.startsWith('igw-')) return instance.publicIp !== undefined && network.gateways.has(gateway)
  return gateway !== undefined
}

function admits({ interfaces, securityGroups }: World, { groupIds }: Endpoint, machine: Instance): boolean {
  const own = interfaces.get(machine.interfaceId)?.groupIds ?? []
  return groupIds
    .flatMap((id) => securityGroups.get(id)?.rules ?? [])
    .filter(({ direction, protocol }) => direction === 'ingress' && (protocol === 'tcp' || protocol === '-1'))
    .filter(({ protocol, fromPort, toPort }) => protocol === '-1' || (fromPort <= HTTPS && HTTPS <= toPort))
    .some(({ peer }) =>
      'cidr' in peer ? isWithin(`${machine.privateIp}/32`, peer.cidr) : own.includes(peer.groupId),
    )
}
