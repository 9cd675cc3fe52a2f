import { findInterfaces, interfacesBy } from '../../aws/leftovers.ts'
import {
  closeSecurityGroup,
  deleteSecurityGroup,
  findSecurityGroups,
  groupsNaming,
} from '../../aws/security-groups.ts'
import { type Kind, oneByOne } from './kind.ts'
import { tagInEc2 } from './tag-in-ec2.ts'

const deleteGroups = oneByOne(({ ec2 }, { id }) => deleteSecurityGroup(ec2, id))

/** Held by the interfaces of a balancer for some minutes after it, and by rules that name them. */
export const securityGroups: Kind = {
  name: 'security groups',
  find: ({ ec2 }, search) => findSecurityGroups(ec2, search),
  async remove(aws, things) {
    // All rules first: groups that name each other hold each other.
    const closed = await oneByOne(({ ec2 }, { id }) => closeSecurityGroup(ec2, id).then(() => true))(
      aws,
      things,
    )
    const deleted = await deleteGroups(aws, things)
    return { held: deleted.held, failures: [...closed.failures, ...deleted.failures] }
  },
  tag: tagInEc2,
  heldByMachines: true,
  holders: async ({ ec2 }, { id }) =>
    (await Promise.all([interfacesBy(ec2, 'group-id', id), groupsNaming(ec2, id)])).flat(),
}

/** They go with their machine. */
export const interfaces: Kind = {
  name: 'network interfaces',
  find: ({ ec2 }, search) => findInterfaces(ec2, search),
  tag: tagInEc2,
}
