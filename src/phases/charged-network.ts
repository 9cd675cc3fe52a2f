import { findOwnEndpoints } from '../aws/endpoints.ts'
import { findNetwork } from '../aws/network.ts'
import { endpointInterfaces, publicAddresses } from '../cluster/charged-network.ts'
import type { ClusterNodes } from '../cluster/nodes.ts'
import { zonesToMake } from '../cluster/own-vpc.ts'
import type { Context } from './context.ts'
import type { Choice } from './provision/choose-machines.ts'
import { planEndpoints } from './provision/plan-endpoints.ts'

/** Where a run builds, where that was looked up already. */
type ChosenPlace = Pick<Choice, 'network' | 'endpoints'>

/** How many public addresses, and interfaces of its own VPC endpoints, a cluster has once a run has made what is missing. */
export async function chargedNetwork(
  context: Context,
  { nodes, machines }: { nodes: ClusterNodes; machines: number },
  chosen: ChosenPlace | undefined,
): Promise<{ addresses: number; interfaces: number }> {
  const { aws, spec } = context
  const wish = {
    ...{ standing: [...nodes.servers, ...nodes.agents], machines },
    internetFacing: spec.loadBalancer === 'internet-facing',
  }
  // A VPC of the cluster's own has public subnets, and no endpoints.
  if (spec.createVpc) {
    const place = { zones: zonesToMake(spec.minZones), publicZones: 'all' } as const
    return { addresses: publicAddresses(place, wish), interfaces: 0 }
  }
  const network = chosen?.network ?? (await findNetwork(aws.ec2, spec))
  const publicZones = network.subnets.flatMap(({ zone, publicAddresses: given }) => (given ? [zone] : []))
  const addresses = publicAddresses({ zones: network.subnets.length, publicZones }, wish)
  if (!spec.createEndpoints) return { addresses, interfaces: 0 }
  const planned = chosen?.endpoints ?? (await planEndpoints(context, network))
  const own = await findOwnEndpoints(aws.ec2, spec.clusterName)
  return { addresses, interfaces: endpointInterfaces(own, planned) }
}
