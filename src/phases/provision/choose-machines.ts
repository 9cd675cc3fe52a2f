import { findImage, type Image } from '../../aws/images.ts'
import { describeTypes } from '../../aws/instance-types.ts'
import { findNetwork, type Network } from '../../aws/network.ts'
import { capacityLadder, type Ladder } from '../../cluster/capacity-ladder.ts'
import { type MachinePool, machinePools, poolFaults, type TypeFacts } from '../../cluster/machine-pools.ts'
import type { ClusterNodes } from '../../cluster/nodes.ts'
import { allOf } from '../../kit/all-of.ts'
import { UserError } from '../../kit/errors.ts'
import type { Context } from '../context.ts'
import { allowedRanges } from './allowed-ranges.ts'
import { chooseVersion } from './choose-version.ts'
import { type PlannedEndpoints, planEndpoints } from './plan-endpoints.ts'
import { planNetwork } from './plan-network.ts'
import { refuseNetwork } from './refuse-network.ts'
import { refuseRights } from './refuse-rights.ts'

/** A pool of machines with all that its launches need. */
export interface ChosenPool extends MachinePool {
  readonly ladder: Ladder
  readonly imageFound: Image
}

/** All that is looked up before anything is made, so that a wrong wish costs nothing. */
export interface Choice {
  readonly network: Network
  /** VPC endpoints that the network lacks. */
  readonly endpoints: PlannedEndpoints
  /** Ranges outside the VPC that may reach the balancer. */
  readonly allowedRanges: readonly string[]
  /** The servers first. */
  readonly pools: readonly ChosenPool[]
  readonly rke2Version: string
  /** The machines that stood then. */
  readonly existing: ClusterNodes
}

/** @throws UserError with every wish that cannot be met. */
export async function chooseMachines(context: Context): Promise<Choice> {
  const { spec, aws, log } = context
  const existing = await context.nodes()
  const wished = machinePools(spec)
  const types = describeTypes(
    aws.ec2,
    wished.flatMap(({ instanceTypes }) => instanceTypes),
  )
  const network = spec.createVpc ? planNetwork(context, wished, types) : findNetwork(aws.ec2, spec)
  const [found, endpoints, ranges, pools, rke2Version] = await allOf([
    Promise.all([network, context.balancer()]).then(([one, balancer]) =>
      refuseNetwork(one, context, { nodes: existing, balancer }),
    ),
    network.then((one) => planEndpoints(context, one)),
    allowedRanges(spec),
    Promise.all([network, types]).then(([one, facts]) => choosePools(context, wished, zonesOf(one), facts)),
    chooseVersion(context, existing),
    refuseRights(context),
  ])
  log.info(`RKE2 ${rke2Version} in ${zonesOf(found).join(', ')}`)
  for (const { imageFound, instanceTypes, group } of pools)
    log.info(
      `${group ?? 'servers'}: ${instanceTypes.join(', ')} with ${imageFound.id} (${imageFound.architecture})`,
    )
  return { network: found, endpoints, allowedRanges: ranges, pools, rke2Version, existing }
}

const zonesOf = (network: Network) => network.subnets.map((subnet) => subnet.zone)

async function choosePools(
  { aws, spec }: Context,
  wished: readonly MachinePool[],
  zones: readonly string[],
  facts: ReadonlyMap<string, TypeFacts>,
): Promise<ChosenPool[]> {
  const place = { region: aws.region, zones }
  const images = new Map<string, Promise<Image>>()
  const choose = async (pool: MachinePool): Promise<ChosenPool> => {
    const faults = poolFaults(pool, (name) => facts.get(name), place)
    if (faults.length) throw new UserError(faults.join('\n'), { hint: 'Nothing was created. Choose others.' })
    const architecture = facts.get(pool.instanceTypes[0] ?? '')?.architecture ?? 'amd64'
    const key = `${pool.image} ${architecture}`
    const image =
      images.get(key) ?? findImage(aws, { image: pool.image, architecture, rootGib: spec.volumeSize })
    images.set(key, image)
    const offered = (name: string) => facts.get(name)?.zones ?? []
    return { ...pool, ladder: capacityLadder({ ...pool, zones, offered }), imageFound: await image }
  }
  return await allOf(wished.map(choose))
}
