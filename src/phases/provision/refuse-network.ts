import type { LoadBalancer } from '../../aws/balancer.ts'
import type { Network } from '../../aws/network.ts'
import { overlap } from '../../cluster/cidr.ts'
import { networkFaults } from '../../cluster/network-faults.ts'
import type { ClusterNode, ClusterNodes } from '../../cluster/nodes.ts'
import { UserError } from '../../kit/errors.ts'
import type { Context } from '../context.ts'

/** The network, when a cluster fits into it. @throws UserError with everything that keeps it out */
export function refuseNetwork(
  network: Network,
  { spec }: Context,
  standing: { nodes: ClusterNodes; balancer: LoadBalancer | undefined },
): Network {
  const { servers, agents } = standing.nodes
  const stranger = [...servers, ...agents].find(({ vpcId }) => vpcId && vpcId !== network.vpcId)
  if (stranger) throw elsewhere(stranger, network.vpcId || 'a VPC of its own')
  const newMachines = spec.servers + spec.agents - servers.length - agents.length
  const faults = networkFaults({ ...spec, newMachines, newBalancer: !standing.balancer }, network.subnets)
  if (faults.length) throw new UserError(faults.join('\n'), { hint: 'Nothing was created.' })
  for (const own of [spec.clusterCidr, spec.serviceCidr])
    for (const cidr of network.cidrs)
      if (overlap(own, cidr))
        throw new UserError(
          `${own} overlaps the VPC’s own range ${cidr}: nodes could not be told from pods or services`,
          {
            hint: 'Choose another cluster-cidr and service-cidr, such as 10.142.0.0/16 and 10.143.0.0/16.',
          },
        )
  return network
}

const elsewhere = ({ name, vpcId }: ClusterNode, wished: string) =>
  new UserError(`vpc-id: ${name} stands in ${vpcId}, and the cluster is asked for in ${wished}`, {
    hint: 'Give vpc-id, subnet-ids and create-vpc as when the cluster was made, or take it away first. Nothing was created.',
  })
