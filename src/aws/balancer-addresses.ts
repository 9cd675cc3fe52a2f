import { DescribeNetworkInterfacesCommand, type EC2Client } from '@aws-sdk/client-ec2'
import type { LoadBalancer } from './balancer.ts'

/**
 * Private addresses of a balancer whose name resolves to public ones, one a zone; none for an internal one, whose name tells them.
 * Machines of the VPC reach it by these: on the way over the internet they would come from public addresses, which its group refuses.
 */
export async function privateAddresses(
  ec2: EC2Client,
  { arn, scheme }: Pick<LoadBalancer, 'arn' | 'scheme'>,
): Promise<string[]> {
  if (scheme === 'internal') return []
  // How load balancing describes its own interfaces: "ELB net/NAME/ID".
  const Values = [`ELB ${arn.split(':loadbalancer/')[1]}`]
  const { NetworkInterfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'description', Values }] }),
  )
  return NetworkInterfaces.flatMap(({ PrivateIpAddress: address }) => address ?? []).toSorted((a, b) =>
    a.localeCompare(b),
  )
}
