import { awsCode } from '../../aws/errors.ts'
import { callerIdentity } from '../../aws/identity.ts'
import { policyDocument, roleInProfile } from '../../aws/node-rights.ts'
import { type Verdict, verdictOn, verdictWithin } from '../../aws/simulate.ts'
import { agentDemand, nodePolicy, parameterDemand } from '../../cluster/node-policy.ts'
import { UserError } from '../../kit/errors.ts'
import type { Context } from '../context.ts'

/**
 * Looks whether nodes will have the rights that their SSM agent and RKE2 need, as far as the caller may ask IAM: what can't
 * be asked is said, and shows itself later by machines that never answer.
 * @throws UserError when the profile, its role or the boundary is not there, or does not allow what nodes need
 */
export async function refuseRights(context: Context): Promise<void> {
  const { spec, log } = context
  const ask = spec.instanceProfile ? askProfile : spec.permissionsBoundary ? askBoundary : undefined
  try {
    await ask?.(context)
  } catch (error) {
    if (awsCode(error) !== 'AccessDenied') throw error
    const input = spec.instanceProfile ? 'instance-profile' : 'permissions-boundary'
    log.info(`${input} is taken as it is: ${(error as Error).message}`)
  }
}

async function askProfile({ aws, spec, log }: Context): Promise<void> {
  const { instanceProfile: name = '' } = spec
  const role = await roleInProfile(aws.iam, name)
  if (role === undefined)
    throw new UserError(`instance-profile: ${name} is not in this account`, {
      hint: 'Name one that aws iam list-instance-profiles lists, or leave it out: then one is made. Nothing was created.',
    })
  if (!role)
    throw new UserError(`instance-profile: there is no role in ${name}`, {
      hint: `Put one in: aws iam add-role-to-instance-profile --instance-profile-name ${name} --role-name ROLE. Nothing was created.`,
    })
  const demands = await demandsOfNodes({ aws, spec })
  const verdicts = await Promise.all(demands.map((demand) => verdictOn(aws.iam, role, demand)))
  tellUnclear(log, 'instance-profile', verdicts)
  refuse(verdicts, (actions) => ({
    what: `instance-profile: nodes with ${role} could not do ${actions}`,
    mend: 'Give the role the policy policies/node.json, and see that its boundary allows it.',
  }))
}

async function askBoundary({ aws, spec, log }: Context): Promise<void> {
  const { permissionsBoundary: arn = '' } = spec
  const boundary = await policyDocument(aws.iam, arn)
  if (boundary === undefined)
    throw new UserError(`permissions-boundary: there is no policy ${arn}`, {
      hint: 'Name one that aws iam list-policies lists. Nothing was created.',
    })
  const { account, partition } = await callerIdentity(aws.sts)
  const policy = nodePolicy({ cluster: spec.clusterName, region: aws.region, account, partition })
  const demands = await demandsOfNodes({ aws, spec })
  const verdicts = await Promise.all(
    demands.map((demand) => verdictWithin(aws.iam, { policy, boundary }, demand)),
  )
  tellUnclear(log, 'permissions-boundary', verdicts)
  refuse(verdicts, (actions) => ({
    what: `permissions-boundary: within ${arn} nodes could not do ${actions}`,
    mend: 'Let the boundary allow what policies/node.json allows, or name another one.',
  }))
}

async function demandsOfNodes({ aws, spec }: Pick<Context, 'aws' | 'spec'>) {
  const { account, partition } = await callerIdentity(aws.sts)
  const place = { cluster: spec.clusterName, region: aws.region, account, partition }
  // What is known of every call of a node: policies often have conditions on it.
  const known = { 'aws:RequestedRegion': [aws.region] }
  return [agentDemand, parameterDemand(place)].map((demand) => ({
    ...demand,
    context: { ...known, ...demand.context },
  }))
}

function tellUnclear(log: Context['log'], input: string, verdicts: readonly Verdict[]): void {
  for (const { action, keys } of verdicts.flatMap(({ unclear }) => unclear))
    log.info(
      `${input}: IAM’s simulator cannot tell whether nodes may do ${action}: it hangs on ${keys.join(', ')}`,
    )
}

function refuse(
  verdicts: readonly Verdict[],
  words: (actions: string) => { what: string; mend: string },
): void {
  const denied = verdicts.flatMap((verdict) => verdict.denied)
  if (!denied.length) return
  const { what, mend } = words([...new Set(denied.map(({ action }) => action))].join(', '))
  throw new UserError(what, { hint: `${mend} Nothing was created.` })
}
