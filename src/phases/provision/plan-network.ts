import type { Network } from '../../aws/network.ts'
import { findOwnVpc } from '../../aws/own-vpc.ts'
import { findZones } from '../../aws/zones.ts'
import { roomIn } from '../../cluster/cidr.ts'
import type { MachinePool, TypeFacts } from '../../cluster/machine-pools.ts'
import { chooseZones, missingSubnets, zonesToMake } from '../../cluster/own-vpc.ts'
import type { Context } from '../context.ts'

/** The cluster's own VPC as it stands and will stand: ids of what is not made yet are empty. */
export async function planNetwork(
  { aws, spec }: Context,
  pools: readonly MachinePool[],
  types: Promise<ReadonlyMap<string, TypeFacts>>,
): Promise<Network> {
  const [zones, standing, facts] = await Promise.all([
    findZones(aws.ec2),
    findOwnVpc(aws.ec2, spec.clusterName),
    types,
  ])
  const { vpcId = '', cidr = spec.vpcCidr, subnets = [] } = standing ?? {}
  const chosen = chooseZones(zones, {
    count: zonesToMake(spec.minZones),
    standing: subnets.map(({ zone }) => zone),
    pools,
    offered: (name) => facts.get(name)?.zones ?? [],
  })
  const missing = missingSubnets(cidr, chosen, subnets).map((subnet) => ({
    ...{ ...subnet, id: '', vpcId },
    publicAddresses: true,
    freeAddresses: roomIn(subnet.cidr),
  }))
  return {
    vpcId,
    cidrs: [cidr],
    subnets: [...subnets, ...missing].toSorted((a, b) => a.zone.localeCompare(b.zone)),
  }
}
