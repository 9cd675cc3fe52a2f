import { findImage, type Image } from '../../aws/images.ts'
import { findNetwork, type Network } from '../../aws/network.ts'
import { overlap } from '../../cluster/cidr.ts'
import type { Role } from '../../cluster/nodes.ts'
import { UserError } from '../../kit/errors.ts'
import type { Context } from '../context.ts'
import { resolveVersion } from '../resolve-version.ts'

/** All that is looked up before anything is made, so that a wrong wish costs nothing. */
export interface Choice {
  readonly network: Network
  readonly images: Readonly<Record<Role, Image>>
  readonly rke2Version: string
}

/** @throws UserError with every wish that cannot be met. */
export async function chooseMachines(context: Context): Promise<Choice> {
  const { spec, aws, log } = context
  const existing = await context.nodes()
  const known = [...existing.servers, ...existing.agents].find((node) => node.rke2Version)?.rke2Version
  const [network, server, agent, rke2Version] = await allOf([
    findNetwork(aws.ec2, spec).then((found) => refuseOverlap(found, context)),
    findImage(aws, spec.image, spec.serverInstanceType),
    findImage(aws, spec.image, spec.agentInstanceType),
    // Once per cluster: a channel may move between two runs.
    known ?? resolveVersion(spec),
  ])
  log.info(`RKE2 ${rke2Version} on ${server.id} (${server.architecture}) in ${zonesOf(network).join(', ')}`)
  return { network, images: { server, agent }, rke2Version }
}

export const zonesOf = (network: Network) => network.subnets.map((subnet) => subnet.zone)

function refuseOverlap(network: Network, { spec }: Context): Network {
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

/** Like Promise.all, but tells every failure instead of the first. */
async function allOf<T extends readonly unknown[]>(
  wishes: [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(wishes)
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  if (failures.length === 1) throw failures[0]
  if (failures.length) throw new AggregateError(failures)
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as {
    [K in keyof T]: Awaited<T[K]>
  }
}
