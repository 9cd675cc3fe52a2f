import { findParameters } from '../../aws/parameters.ts'
import { names } from '../../cluster/names.ts'
import type { ClusterNodes } from '../../cluster/nodes.ts'
import { excludes } from '../../cluster/version.ts'
import { UserError } from '../../kit/errors.ts'
import type { Context } from '../context.ts'
import { resolveVersion } from '../resolve-version.ts'

/**
 * The RKE2 version of the machines that stand, else what the user's wish means now: once per cluster, as a channel may
 * move between two runs.
 * @throws UserError when the wish cannot be met, or is another than that of machines that run no cluster yet
 */
export async function chooseVersion(context: Context, { servers, agents }: ClusterNodes): Promise<string> {
  const { spec, log } = context
  const known = [...servers, ...agents].find((node) => node.rke2Version)?.rke2Version
  if (known === undefined) return resolveVersion(spec, log)
  if (!excludes(spec.rke2Version, known)) return known
  if (!(await hasBegun(context))) throw launchedForAnother(spec, known)
  log.warning(
    `${spec.clusterName} runs RKE2 ${known}, and rke2-version ${spec.rke2Version} is not applied: upgrades are not part of this action`,
  )
  return known
}

/** The first server's last act is to publish the kubeconfig. */
const hasBegun = async ({ aws, spec }: Context) =>
  (await findParameters(aws.ssm, names.parameters(spec.clusterName))).includes(
    names.kubeconfig(spec.clusterName),
  )

const launchedForAnother = (spec: Context['spec'], known: string) =>
  new UserError(
    `rke2-version: the machines of ${spec.clusterName} were launched for RKE2 ${known}, and ${spec.rke2Version} is asked for`,
    {
      hint: `Run teardown for this cluster-name first, or set rke2-version to ${known}. Nothing was changed.`,
    },
  )
