import { findInstances, terminateInstances } from '../../aws/instances.ts'
import { tagKeys } from '../../cluster/tags.ts'
import type { Kind } from './kind.ts'
import { tagInEc2 } from './tag-in-ec2.ts'

const states = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'] as const

/** EC2 instances, until they are terminated: before that they hold their security group. */
export const machines: Kind = {
  name: 'instances',
  goodbye: (things) => `terminating ${things.length} machines`,
  async find({ ec2 }, { cluster }) {
    const found = await findInstances(ec2, cluster ? { cluster, states } : { states })
    return found.map(({ id, node, tags }) => ({ id, tags, name: node ? `${node.name} (${id})` : id }))
  },
  async remove(aws, things) {
    const cluster = things[0]?.tags[tagKeys.cluster] ?? ''
    await terminateInstances(
      aws.ec2,
      (await findInstances(aws.ec2, { cluster })).map(({ id }) => id),
    )
    return { held: await machines.find(aws, { cluster }), failures: [] }
  },
  tag: tagInEc2,
}
