import { callerIdentity } from '../../aws/identity.ts'
import { ensureInstanceProfile } from '../../aws/instance-profile.ts'
import { names } from '../../cluster/names.ts'
import { nodePolicy } from '../../cluster/node-policy.ts'
import type { Tags } from '../../cluster/tags.ts'
import type { Context } from '../context.ts'
import { onceKnown } from '../once-known.ts'

/** Name of the instance profile for the nodes: the user's own, or one made for this cluster. */
export async function ensureProfile(context: Context, tags: Tags): Promise<string> {
  const { spec, aws, log } = context
  if (spec.instanceProfile) return spec.instanceProfile
  const name = names.role(spec.clusterName, aws.region)
  const { account, partition } = await callerIdentity(aws.sts)
  const policy = nodePolicy({ cluster: spec.clusterName, region: aws.region, account, partition })
  const { fresh } = await onceKnown(context, name, () =>
    ensureInstanceProfile(aws.iam, {
      ...{ name, policy, partition, tags },
      boundary: spec.permissionsBoundary,
      path: spec.iamPath,
    }),
  )
  if (fresh) log.info(`instance profile ${name}: the SSM agent’s rights and this cluster’s parameters only`)
  return name
}
