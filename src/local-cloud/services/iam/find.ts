import { AwsFault } from '../../wire/service.ts'
import { shortHash } from '../../world/ids.ts'
import type { InstanceProfile, Role } from '../../world/role.ts'
import type { World } from '../../world/world.ts'
import { quotaOf } from '../quotas/quota-table.ts'

/** @throws AwsFault NoSuchEntity */
export function roleNamed(world: World, name: string | undefined): Role {
  const role = world.roles.get(name ?? '')
  if (!role) throw new AwsFault('NoSuchEntity', `The role with name ${name} cannot be found.`)
  return role
}

/** @throws AwsFault NoSuchEntity */
export function profileNamed(world: World, name: string | undefined): InstanceProfile {
  const profile = world.profiles.get(name ?? '')
  if (!profile) throw new AwsFault('NoSuchEntity', `Instance Profile ${name} cannot be found.`)
  return profile
}

/** Names of roles, and of profiles, differ in more than case. @throws AwsFault EntityAlreadyExists */
export function refuseTaken(table: ReadonlyMap<string, unknown>, name: string, what: string): void {
  if ([...table.keys()].some((taken) => taken.toLowerCase() === name.toLowerCase()))
    throw new AwsFault('EntityAlreadyExists', `${what} ${name} already exists.`)
}

/** @throws AwsFault LimitExceeded when the account has as many as it may */
export function refuseBeyond(
  world: World,
  table: ReadonlyMap<string, unknown>,
  { quota, name }: { quota: string; name: string },
): void {
  const most = quotaOf(world, quota)
  if (table.size >= most) throw new AwsFault('LimitExceeded', `Cannot exceed quota for ${name}: ${most}`)
}

/** `AROA` or `AIPA` and 17 more: what IAM calls a unique id. */
export const uniqueId = (prefix: string, arn: string, now: number) =>
  `${prefix}${shortHash(`${arn}@${now}`, 17).toUpperCase()}`

/** Path defaults to `/`. */
export const arnOf = (world: World, kind: 'role' | 'instance-profile', path: string, name: string) =>
  `arn:aws:iam::${world.account}:${kind}${path}${name}`
