import { interfacesBy } from '../../aws/leftovers.ts'
import {
  deleteEndpoints,
  deleteGateway,
  deleteRouteTable,
  deleteSubnet,
  deleteVpc,
  findEndpoints,
  findGateways,
  findRouteTables,
  findSubnets,
  findVpcs,
} from '../../aws/network-leftovers.ts'
import { type Kind, oneByOne } from './kind.ts'
import { tagInEc2 } from './tag-in-ec2.ts'

/** The ways that a cluster made for itself to AWS's services in the user's VPC. They cost by the hour. */
export const endpoints: Kind = {
  name: 'VPC endpoints',
  find: ({ ec2 }, search) => findEndpoints(ec2, search),
  async remove({ ec2 }, things) {
    const ids = things.map(({ id }) => id)
    const shown = await deleteEndpoints(ec2, ids)
    return { held: things.filter(({ id }) => shown.includes(id)), failures: [] }
  },
  tag: tagInEc2,
}

/** Held by public addresses that are in use in the VPC. */
export const gateways: Kind = {
  name: 'internet gateways',
  find: ({ ec2 }, search) => findGateways(ec2, search),
  remove: oneByOne(({ ec2 }, { id }) => deleteGateway(ec2, id)),
  tag: tagInEc2,
}

/** Held by the interfaces of a balancer for some minutes after it. */
export const subnets: Kind = {
  name: 'subnets',
  find: ({ ec2 }, search) => findSubnets(ec2, search),
  remove: oneByOne(({ ec2 }, { id }) => deleteSubnet(ec2, id)),
  tag: tagInEc2,
  heldByMachines: true,
  holders: ({ ec2 }, { id }) => interfacesBy(ec2, 'subnet-id', id),
}

/** Held by the subnets that follow them. */
export const routeTables: Kind = {
  name: 'route tables',
  find: ({ ec2 }, search) => findRouteTables(ec2, search),
  remove: oneByOne(({ ec2 }, { id }) => deleteRouteTable(ec2, id)),
  tag: tagInEc2,
}

/** Held by everything in it, that of others too. */
export const vpcs: Kind = {
  name: 'VPCs',
  find: ({ ec2 }, search) => findVpcs(ec2, search),
  remove: oneByOne(({ ec2 }, { id }) => deleteVpc(ec2, id)),
  tag: tagInEc2,
  heldByMachines: true,
  holders: ({ ec2 }, { id }) => interfacesBy(ec2, 'vpc-id', id),
}
