import { AwsFault } from '../../wire/service.ts'
import { defaultVpc } from '../../world/network.ts'
import type { SecurityGroup } from '../../world/security-group.ts'
import type { World } from '../../world/world.ts'

interface GroupReference {
  GroupId?: string | undefined
  GroupName?: string | undefined
}

/** By id, else by name in the default VPC. @throws AwsFault InvalidGroup.NotFound */
export function findGroup(world: World, { GroupId: id, GroupName: name }: GroupReference): SecurityGroup {
  if (id === undefined && name === undefined)
    throw new AwsFault('MissingParameter', 'The request must contain the parameter groupName or groupId')
  const home = defaultVpc(world.network)
  const group =
    id === undefined
      ? [...world.securityGroups.values()].find((one) => one.name === name && one.vpcId === home?.id)
      : world.securityGroups.get(id)
  if (group) return group
  throw new AwsFault(
    'InvalidGroup.NotFound',
    id === undefined
      ? `The security group '${name}' does not exist in default VPC '${home?.id}'`
      : `The security group '${id}' does not exist`,
  )
}
