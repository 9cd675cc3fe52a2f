import { awsCode } from '../../aws/errors.ts'
import { callerIdentity } from '../../aws/identity.ts'
import { arnOfRole, type Verdict, verdictOn } from '../../aws/simulate.ts'
import type { PolicyRole } from '../../cluster/permissions/permission.ts'
import { demandsOf, policySource } from '../../cluster/simulation.ts'
import { batches } from '../../kit/batches.ts'
import { messageOf } from '../../kit/errors.ts'
import type { Context } from '../context.ts'

/**
 * Rights of a run that the caller's policies don't grant, by IAM's simulator, and of which of our policies they are; or why
 * it can't be asked.
 */
export type SimulatedRights =
  | ({ readonly policies: readonly PolicyRole[] } & Verdict)
  | { readonly unknown: string }

// IAM throttles its simulator soon.
const AT_ONCE = 4

/** Throws nothing: what can't be asked is said. */
export async function simulateRights({ aws, spec }: Context): Promise<SimulatedRights> {
  try {
    const { account, partition, arn } = await callerIdentity(aws.sts)
    const caller = policySource(arn)
    if (!caller) return { unknown: `${arn} has no policies to simulate` }
    const source = (caller.role && (await arnOfRole(aws.iam, caller.role))) ?? caller.arn
    const place = {
      ...{ cluster: spec.clusterName, region: aws.region, account, partition },
      iamPath: spec.iamPath,
    }
    const policies: readonly PolicyRole[] =
      spec.createVpc || spec.createEndpoints ? ['deploy', 'network'] : ['deploy']
    const verdicts: Verdict[] = []
    for (const some of batches(demandsOf(policies, { ownRole: !spec.instanceProfile, place }), AT_ONCE))
      verdicts.push(...(await Promise.all(some.map((demand) => verdictOn(aws.iam, source, demand)))))
    return {
      policies,
      denied: verdicts.flatMap(({ denied }) => denied),
      unclear: verdicts.flatMap(({ unclear }) => unclear),
    }
  } catch (error) {
    return { unknown: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  if (awsCode(error) === 'AccessDenied')
    return 'the role of this job may not simulate its own policies: allow iam:SimulatePrincipalPolicy'
  if (awsCode(error) === 'NoSuchEntity')
    return 'IAM’s simulator does not find the role of this job: its path, which the credentials don’t tell, is not /. Allow iam:GetRole on it'
  return `IAM’s simulator cannot be asked: ${messageOf(error)}`
}
