import type { AssumeRoleRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts'
import { AwsFault, type Call } from '../wire/service.ts'
import { policySchema } from '../world/policy.ts'
import { holds } from '../world/policy-condition.ts'
import type { Role } from '../world/role.ts'
import { openSession } from '../world/role-session.ts'
import type { World } from '../world/world.ts'
import { type Cloud, type Operation, operation } from './cloud.ts'
import { accountUser, principalOf } from './principal.ts'

/** A machine, or who took a role on, is that role's session; any other key is the account's one user of the local cloud. */
function getCallerIdentity({ world }: Cloud, _input: object, call: Call): GetCallerIdentityResponse {
  const { arn, userId } = principalOf(world, call) ?? accountUser(world)
  return { Account: world.account, Arn: arn, UserId: userId }
}

const SESSION_SECONDS = 3600

/** @throws AwsFault AccessDenied when there is no such role or it doesn't trust the caller: AWS doesn't tell which */
function assumeRole({ world }: Cloud, input: AssumeRoleRequest, call: Call) {
  const { RoleArn: arn = '', RoleSessionName: sessionName = '' } = input
  const role = [...world.roles.values()].find((one) => one.arn === arn)
  const caller = (principalOf(world, call) ?? accountUser(world)).arn
  if (!role || !trusts(world, role, caller))
    throw new AwsFault(
      'AccessDenied',
      `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      { status: 403 },
    )
  const seconds = input.DurationSeconds ?? SESSION_SECONDS
  if (seconds > role.maxSessionSeconds)
    throw new AwsFault(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  const held = openSession(world, { roleName: role.name, sessionName, lifetimeMs: seconds * 1000 })
  return {
    AssumedRoleUser: {
      Arn: `arn:aws:sts::${world.account}:assumed-role/${role.name}/${sessionName}`,
      AssumedRoleId: `${role.id}:${sessionName}`,
    },
    Credentials: {
      AccessKeyId: held.accessKeyId,
      SecretAccessKey: held.secretAccessKey,
      SessionToken: held.token,
      Expiration: new Date(held.expiresAt),
    },
  }
}

/** Whether the role's trust policy lets the caller, or the whole account, take it on. */
function trusts({ account }: World, { trustPolicy }: Role, caller: string): boolean {
  const names = [`arn:aws:iam::${account}:root`, account, caller]
  const keys = { 'aws:principalarn': [caller], 'aws:principalaccount': [account] }
  return policySchema
    .parse(trustPolicy)
    .Statement.some(
      ({ Effect, Action = [], Principal, Condition }) =>
        Effect === 'Allow' &&
        Action.includes('sts:AssumeRole') &&
        names.some((name) => isNamed(Principal, name)) &&
        holds(Condition, keys),
    )
}

function isNamed(principal: unknown, name: string): boolean {
  if (principal === '*') return true
  const accounts = (principal as { AWS?: string | readonly string[] } | undefined)?.AWS ?? []
  return [accounts].flat().some((one) => one === '*' || one === name)
}

export const stsOperations: Readonly<Record<string, Operation>> = {
  GetCallerIdentity: operation(getCallerIdentity),
  AssumeRole: operation(assumeRole, ['RoleArn', 'RoleSessionName', 'DurationSeconds']),
}
