import type { DescribeVpcEndpointServicesRequest } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { shortHash } from '../../world/ids.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { filtered } from './filters.ts'

interface EndpointService {
  id: string
  name: string
  kind: 'Interface' | 'Gateway'
}

const INTERFACES = ['ec2', 'ec2messages', 'elasticloadbalancing', 'ssm', 'ssmmessages', 'sts']

/** AWS's services that a VPC may have an endpoint for, as far as a cluster may want one. */
const servicesOf = ({ region }: World): EndpointService[] => {
  const service = (short: string, kind: EndpointService['kind']) => {
    const name = `com.amazonaws.${region}.${short}`
    return { id: `vpce-svc-0${shortHash(name, 16)}`, name, kind }
  }
  return [...INTERFACES.map((short) => service(short, 'Interface')), service('s3', 'Gateway')]
}

/** @throws AwsFault InvalidServiceName */
export function serviceNamed(world: World, name: string | undefined): EndpointService {
  const service = servicesOf(world).find((one) => one.name === name)
  if (service) return service
  throw new AwsFault('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`)
}

/** The list of a service's own addresses, which routes of its gateway endpoints lead to. */
export const prefixListOf = (service: string) => `pl-${shortHash(service, 8)}`

export function describeVpcEndpointServices({ world }: Cloud, input: DescribeVpcEndpointServicesRequest) {
  const named = input.ServiceNames?.length
    ? input.ServiceNames.map((name) => serviceNamed(world, name))
    : servicesOf(world)
  const found = filtered(world, named, input.Filters, {
    'service-name': ({ name }) => [name],
    'service-type': ({ kind }) => [kind],
    owner: () => ['amazon'],
  })
  const zones = world.network.zones.map(({ name }) => name)
  return {
    ServiceNames: found.map(({ name }) => name),
    ServiceDetails: found.map(({ id, name, kind }) => ({
      ServiceId: id,
      ServiceName: name,
      ServiceType: [{ ServiceType: kind }],
      AvailabilityZones: zones,
      Owner: 'amazon',
      AcceptanceRequired: false,
      ManagesVpcEndpoints: false,
      VpcEndpointPolicySupported: true,
    })),
  }
}
