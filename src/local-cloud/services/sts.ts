import type { GetCallerIdentityResponse } from '@aws-sdk/client-sts'
import type { Call } from '../wire/service.ts'
import { type Cloud, type Operation, operation } from './cloud.ts'
import { callingNode } from './ssm/caller.ts'

/** A machine is its role's session; any other key is the account's one user of the local cloud. */
function getCallerIdentity({ world }: Cloud, _input: object, call: Call): GetCallerIdentityResponse {
  const node = callingNode(world, call)
  if (node)
    return {
      Account: world.account,
      Arn: `arn:aws:sts::${world.account}:assumed-role/${node.roleName}/${node.id}`,
      UserId: `${world.roles.get(node.roleName ?? '')?.id ?? world.account}:${node.id}`,
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
