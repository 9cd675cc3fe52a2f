import { type Credentials, isFresh } from '../../world/instance-credentials.ts'
import { instanceMetadata } from '../../world/instance-metadata.ts'
import { type IssuedKey, issueKey } from '../../world/issued-key.ts'
import type { World } from '../../world/world.ts'

/** The instance metadata tree as it is at this moment, with credentials renewed when they get old. */
export function metadataOf(world: World, id: string): Record<string, string> {
  const instance = world.instances.get(id)
  const networkInterface = instance && world.interfaces.get(instance.interfaceId)
  const subnet = world.network.subnets.get(instance?.subnetId ?? '')
  const vpc = world.network.vpcs.get(subnet?.vpcId ?? '')
  if (!networkInterface || !subnet || !vpc) return {}
  const profile = instance.profileName === undefined ? undefined : world.profiles.get(instance.profileName)
  return instanceMetadata({
    instance,
    networkInterface,
    subnet,
    profile,
    vpc,
    account: world.account,
    region: world.region,
    groupNames: networkInterface.groupIds.flatMap((group) => world.securityGroups.get(group)?.name ?? []),
    tags: world.tags.get(id) ?? {},
    credentials: profile?.roleName === undefined ? undefined : freshIn(world.credentials, world, id, 'role'),
    identityCredentials: freshIn(world.identityCredentials, world, id, 'identity'),
  })
}

function freshIn(kept: Map<string, Credentials>, world: World, id: string, of: IssuedKey['of']): Credentials {
  const held = kept.get(id)
  if (held && isFresh(held, world.clock.now())) return held
  const fresh = issueKey(world, id, of)
  kept.set(id, fresh)
  return fresh
}
