import type {
  CreateRoleRequest,
  DeleteRoleRequest,
  GetRoleRequest,
  ListRolesRequest,
  ListRoleTagsRequest,
  Role as RoleView,
  TagRoleRequest,
} from '@aws-sdk/client-iam'
import { AwsFault } from '../../wire/service.ts'
import { managedPolicy } from '../../world/customer-policy.ts'
import type { Role } from '../../world/role.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { arnOf, refuseBeyond, refuseTaken, roleNamed, uniqueId } from './find.ts'
import { readPolicy } from './policy-document.ts'
import { entityTags, tagEntity } from './tags.ts'

const SESSION_SECONDS = 3600
const PAGE = 100

export function createRole({ world }: Cloud, input: CreateRoleRequest) {
  const name = input.RoleName ?? ''
  const path = input.Path ?? '/'
  const trustPolicy = input.AssumeRolePolicyDocument ?? ''
  refuseTaken(world.roles, name, 'Role with name')
  refuseBeyond(world, world.roles, { quota: 'L-FE177D64', name: 'RolesPerAccount' })
  readPolicy(trustPolicy)
  const { PermissionsBoundary: boundary } = input
  if (boundary !== undefined && !managedPolicy(world, boundary))
    throw new AwsFault('NoSuchEntity', `Scope ARN: ${boundary} does not exist or is not attachable.`)
  const arn = arnOf(world, 'role', path, name)
  const now = world.clock.now()
  const role: Role = {
    arn,
    name,
    path,
    trustPolicy,
    id: uniqueId('AROA', arn, now),
    description: input.Description,
    maxSessionSeconds: input.MaxSessionDuration ?? SESSION_SECONDS,
    permissionsBoundary: boundary,
    inline: new Map(),
    attached: [],
    createdAt: now,
  }
  tagEntity(world, arn, input.Tags)
  world.roles.set(name, role)
  return { Role: roleView(world, role) }
}

export const getRole = ({ world }: Cloud, { RoleName: name }: GetRoleRequest) => ({
  Role: roleView(world, roleNamed(world, name)),
})

/** @throws AwsFault DeleteConflict while policies or a profile hold it */
export function deleteRole({ world }: Cloud, { RoleName: name }: DeleteRoleRequest): void {
  const role = roleNamed(world, name)
  const conflict = (what: string) =>
    new AwsFault('DeleteConflict', `Cannot delete entity, must ${what} first.`)
  if ([...world.profiles.values()].some(({ roleName }) => roleName === role.name))
    throw conflict('remove roles from instance profile')
  if (role.attached.length > 0) throw conflict('detach all policies')
  if (role.inline.size > 0) throw conflict('delete policies')
  world.roles.delete(role.name)
  world.tags.delete(role.arn)
}

/** Without tags, as IAM lists. */
export function listRoles({ world }: Cloud, input: ListRolesRequest) {
  const prefix = input.PathPrefix ?? '/'
  const wanted = [...world.roles.values()].filter(({ path }) => path.startsWith(prefix))
  const page = paginate(wanted, input.MaxItems ?? PAGE, input.Marker, 'ValidationError')
  return {
    Roles: page.items.map((role) => ({ ...roleView(world, role), Tags: undefined })),
    IsTruncated: page.next !== undefined,
    Marker: page.next,
  }
}

export function tagRole({ world }: Cloud, { RoleName: name, Tags: tags }: TagRoleRequest): void {
  tagEntity(world, roleNamed(world, name).arn, tags)
}

export const listRoleTags = ({ world }: Cloud, { RoleName: name }: ListRoleTagsRequest) => ({
  Tags: entityTags(world, roleNamed(world, name).arn),
  IsTruncated: false,
})

/** Documents travel URI-encoded. */
export function roleView(world: World, role: Role): RoleView {
  return {
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    Path: role.path,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: role.trustPolicy,
    MaxSessionDuration: role.maxSessionSeconds,
    ...(role.description !== undefined && { Description: role.description }),
    ...(role.permissionsBoundary !== undefined && {
      PermissionsBoundary: {
        PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
        PermissionsBoundaryArn: role.permissionsBoundary,
      },
    }),
    Tags: entityTags(world, role.arn),
  }
}
