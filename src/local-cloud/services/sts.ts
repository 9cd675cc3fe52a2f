import type { GetCallerIdentityResponse } from '@aws-sdk/client-sts'
import type { Call } from '../wire/service.ts'
import { type Cloud, type Operation, operation } from './cloud.ts'
import { callingInstance } from './ssm/caller.ts'

/** A machine is its role's session; any other key is the account's one user of the local cloud. */
function getCallerIdentity({ world }: Cloud, _input: object, call: Call): GetCallerIdentityResponse {
  const instance = callingInstance(world, call)
  const roleName = instance?.profileName && world.profiles.get(instance.profileName)?.roleName
  const role = roleName && world.roles.get(roleName)
  if (instance && role)
    return {
      Account: world.account,
      Arn: `arn:aws:sts::${world.account}:assumed-role/${role.name}/${instance.id}`,
      UserId: `${role.id}:${instance.id}`,
    }
  return {
    Account: world.account,
    Arn: `arn:aws:iam::${world.account}:user/local-cloud`,
    UserId: call.accessKeyId ?? 'anonymous',
  }
}

export const stsOperations: Readonly<Record<string, Operation>> = {
  GetCallerIdentity: operation(getCallerIdentity),
}
