import type {
  AddRoleToInstanceProfileRequest,
  CreateInstanceProfileRequest,
  DeleteInstanceProfileRequest,
  GetInstanceProfileRequest,
  InstanceProfile as InstanceProfileView,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesRequest,
  ListInstanceProfileTagsRequest,
  RemoveRoleFromInstanceProfileRequest,
  TagInstanceProfileRequest,
} from '@aws-sdk/client-iam'
import { AwsFault } from '../../wire/service.ts'
import type { InstanceProfile } from '../../world/role.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { arnOf, profileNamed, refuseBeyond, refuseTaken, roleNamed, uniqueId } from './find.ts'
import { roleView } from './roles.ts'
import { entityTags, tagEntity } from './tags.ts'

/** How long EC2 doesn't see a new profile: typically 5 to 10 s (AWS documentation). */
const SPREADING_SECONDS = 8
const PAGE = 100

export function createInstanceProfile({ world }: Cloud, input: CreateInstanceProfileRequest) {
  const name = input.InstanceProfileName ?? ''
  const path = input.Path ?? '/'
  refuseTaken(world.profiles, name, 'Instance Profile')
  refuseBeyond(world, world.profiles, { quota: 'L-6E65F664', name: 'InstanceProfilesPerAccount' })
  const arn = arnOf(world, 'instance-profile', path, name)
  const now = world.clock.now()
  const profile: InstanceProfile = {
    arn,
    name,
    path,
    id: uniqueId('AIPA', arn, now),
    roleName: undefined,
    createdAt: now,
    visibleAt: now + (SPREADING_SECONDS * 1000) / world.speed,
  }
  tagEntity(world, arn, input.Tags)
  world.profiles.set(name, profile)
  return { InstanceProfile: profileView(world, profile) }
}

export const getInstanceProfile = ({ world }: Cloud, input: GetInstanceProfileRequest) => ({
  InstanceProfile: profileView(world, profileNamed(world, input.InstanceProfileName)),
})

/** @throws AwsFault DeleteConflict while a role is in it */
export function deleteInstanceProfile({ world }: Cloud, input: DeleteInstanceProfileRequest): void {
  const profile = profileNamed(world, input.InstanceProfileName)
  if (profile.roleName !== undefined)
    throw new AwsFault(
      'DeleteConflict',
      'Cannot delete entity, must remove roles from instance profile first.',
    )
  world.profiles.delete(profile.name)
  world.tags.delete(profile.arn)
}

/** @throws AwsFault LimitExceeded for a second role */
export function addRoleToInstanceProfile({ world }: Cloud, input: AddRoleToInstanceProfileRequest): void {
  const profile = profileNamed(world, input.InstanceProfileName)
  const role = roleNamed(world, input.RoleName)
  if (profile.roleName !== undefined)
    throw new AwsFault('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1')
  const visibleAt = world.clock.now() + (SPREADING_SECONDS * 1000) / world.speed
  world.profiles.set(profile.name, { ...profile, roleName: role.name, visibleAt })
}

/** @throws AwsFault NoSuchEntity when the role isn't in the profile */
export function removeRoleFromInstanceProfile(
  { world }: Cloud,
  input: RemoveRoleFromInstanceProfileRequest,
): void {
  const profile = profileNamed(world, input.InstanceProfileName)
  if (profile.roleName !== input.RoleName)
    throw new AwsFault('NoSuchEntity', `The role with name ${input.RoleName} cannot be found.`)
  world.profiles.set(profile.name, { ...profile, roleName: undefined })
}

export function listInstanceProfiles({ world }: Cloud, input: ListInstanceProfilesRequest) {
  const prefix = input.PathPrefix ?? '/'
  const wanted = [...world.profiles.values()].filter(({ path }) => path.startsWith(prefix))
  return listed(world, wanted, input)
}

export function listInstanceProfilesForRole({ world }: Cloud, input: ListInstanceProfilesForRoleRequest) {
  const role = roleNamed(world, input.RoleName)
  const wanted = [...world.profiles.values()].filter(({ roleName }) => roleName === role.name)
  return listed(world, wanted, input)
}

function listed(
  world: World,
  profiles: readonly InstanceProfile[],
  { MaxItems: size = PAGE, Marker: marker }: { MaxItems?: number | undefined; Marker?: string | undefined },
) {
  const page = paginate(profiles, size, marker, 'ValidationError')
  return {
    // Without tags, as IAM lists.
    InstanceProfiles: page.items.map((profile) => ({ ...profileView(world, profile), Tags: undefined })),
    IsTruncated: page.next !== undefined,
    Marker: page.next,
  }
}

export function tagInstanceProfile({ world }: Cloud, input: TagInstanceProfileRequest): void {
  tagEntity(world, profileNamed(world, input.InstanceProfileName).arn, input.Tags)
}

export const listInstanceProfileTags = ({ world }: Cloud, input: ListInstanceProfileTagsRequest) => ({
  Tags: entityTags(world, profileNamed(world, input.InstanceProfileName).arn),
  IsTruncated: false,
})

function profileView(world: World, profile: InstanceProfile): InstanceProfileView {
  const role = profile.roleName === undefined ? undefined : world.roles.get(profile.roleName)
  return {
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    Path: profile.path,
    CreateDate: new Date(profile.createdAt),
    Roles: role ? [roleView(world, role)] : [],
    Tags: entityTags(world, profile.arn),
  }
}
