import type { Call } from '../wire/service.ts'
import type { World } from '../world/world.ts'
import { callingNode } from './ssm/caller.ts'

/** Who calls. */
export interface Principal {
  /** `arn:aws:sts::…:assumed-role/<role>/<session>`, or the user's. */
  arn: string
  /** Of the role and its session, `AROA…:<session>`; of the user its key. */
  userId: string
  roleName: string | undefined
}

/** The account's one user of the local cloud, whose key every start announces. */
export const accountUser = ({ account, userKey }: World): Principal => ({
  arn: `arn:aws:iam::${account}:user/local-cloud`,
  userId: userKey.accessKeyId,
  roleName: undefined,
})

/** The role's session that signed the call, a machine's or one that was assumed; undefined for the account's user. */
export function principalOf(world: World, call: Call): Principal | undefined {
  const node = callingNode(world, call)
  const session = world.sessions.get(call.accessKeyId ?? '')
  const roleName = node ? node.roleName : session?.roleName
  const name = node?.id ?? session?.sessionName
  if (name === undefined) return undefined
  return {
    arn: `arn:aws:sts::${world.account}:assumed-role/${roleName}/${name}`,
    userId: `${world.roles.get(roleName ?? '')?.id ?? world.account}:${name}`,
    roleName,
  }
}
