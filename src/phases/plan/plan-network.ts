import { findOwnEndpoints } from '../../aws/endpoints.ts'
import { findGateways, findRouteTables } from '../../aws/network-leftovers.ts'
import { findSecurityGroups } from '../../aws/security-groups.ts'
import { names } from '../../cluster/names.ts'
import { named, type PlannedResource, type ResourceKind } from '../../cluster/plan.ts'
import type { Context } from '../context.ts'
import type { Choice } from '../provision/choose-machines.ts'

/** The cluster's own VPC and what is in it, where it is to have one. */
export async function planOwnNetwork(
  { aws, spec }: Context,
  { network }: Choice,
): Promise<PlannedResource[]> {
  if (!spec.createVpc) return []
  const search = { cluster: spec.clusterName }
  const [gateways, tables] = await Promise.all([
    findGateways(aws.ec2, search),
    findRouteTables(aws.ec2, search),
  ])
  const name = names.vpc(spec.clusterName)
  const of = (kind: ResourceKind, isThere: boolean, detail: string) =>
    named(kind, name, isThere ? [name] : [], detail)
  return [
    of('VPC', network.vpcId !== '', network.cidrs.join(', ')),
    ...network.subnets.map(({ id, zone, cidr }) =>
      named('subnet', `${name} ${zone}`, id ? [`${name} ${zone}`] : [], `${cidr}, public addresses`),
    ),
    of('internet gateway', gateways.length > 0, 'attached to the VPC'),
    of('route table', tables.length > 0, 'of all subnets, to the internet gateway'),
  ]
}

/** The VPC endpoints that are missing, and those that were made for the cluster. */
export async function planOwnEndpoints(
  { aws, spec }: Context,
  { endpoints }: Choice,
): Promise<PlannedResource[]> {
  if (!spec.createEndpoints) return []
  const own = await findOwnEndpoints(aws.ec2, spec.clusterName)
  const standing = own.map(({ service }) => service)
  const all = [...new Set([...standing, ...endpoints.services, ...endpoints.gateways])]
  if (!all.length) return []
  const group = names.endpointsSecurityGroup(spec.clusterName)
  const groups = await findSecurityGroups(aws.ec2, { cluster: spec.clusterName })
  const groupNames = groups.map(({ name }) => name)
  return [
    named('security group', group, groupNames, 'lets the nodes reach the endpoints'),
    ...all.map((service) =>
      named(
        'VPC endpoint',
        service,
        standing,
        service.endsWith('.s3')
          ? 'gateway, in the routes of the private subnets'
          : 'interface, private DNS, in each private subnet',
      ),
    ),
  ]
}
