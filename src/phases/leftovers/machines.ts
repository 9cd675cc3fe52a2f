import type { AwsClients } from '../../aws/clients.ts'
import { findInstances, type TaggedInstance, terminateInstances } from '../../aws/instances.ts'
import type { Leftover } from '../../aws/leftover.ts'
import { tagKeys } from '../../cluster/tags.ts'
import { counted } from '../../kit/counted.ts'
import type { TeardownContext } from '../teardown-context.ts'
import type { Kind } from './kind.ts'
import { tagInEc2 } from './tag-in-ec2.ts'

const states = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'] as const

/** EC2 instances, until they are terminated: before that they hold their security group. */
export const machines: Kind = {
  name: 'instances',
  goodbye: (things) => `terminating ${counted(things.length, 'machine')}`,
  async find({ ec2 }, { cluster }) {
    return (await findInstances(ec2, cluster ? { cluster, states } : { states })).map(inWords)
  },
  async remove(aws, things) {
    const cluster = things[0]?.tags[tagKeys.cluster] ?? ''
    await terminateLiving(aws, cluster)
    return { held: await machines.find(aws, { cluster }), failures: [] }
  },
  tag: tagInEc2,
}

/**
 * EC2 may show a machine only some seconds after the launch that a cancelled run still asked for, and what it holds would
 * wait for it in vain. What fails is tried again at the next look; the next round finds the machine, and tells why.
 * @returns the machines that are being terminated now
 */
export async function terminateLate({ aws, cluster, log }: TeardownContext): Promise<Leftover[]> {
  const late = await terminateLiving(aws, cluster).catch(() => [])
  if (late.length) log.info(`terminating what EC2 shows only now: ${late.map(({ name }) => name).join(', ')}`)
  return late
}

async function terminateLiving({ ec2 }: AwsClients, cluster: string): Promise<Leftover[]> {
  const living = (await findInstances(ec2, { cluster })).map(inWords)
  await terminateInstances(
    ec2,
    living.map(({ id }) => id),
  )
  return living
}

const inWords = ({ id, node, tags }: TaggedInstance): Leftover => ({
  id,
  tags,
  name: node ? `${node.name} (${id})` : id,
})
