import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSecret } from '../aws/parameters.ts'
import { names } from '../cluster/names.ts'
import type { Kit } from '../kit/define-action.ts'
import type { Context } from '../phases/context.ts'

/**
 * Writes the administrator's kubeconfig to a file that only this job's user can read, and gives its path; undefined while
 * the cluster has none. Its keys are masked in all that is printed from then on.
 */
export async function writeKubeconfig(
  { aws, spec }: Context,
  { log, tempDirectory }: Pick<Kit, 'log' | 'tempDirectory'>,
): Promise<string | undefined> {
  const kubeconfig = await readSecret(aws.ssm, names.kubeconfig(spec.clusterName))
  if (!kubeconfig) return undefined
  for (const [, secret] of kubeconfig.matchAll(/client-key-data: *(\S+)/g)) if (secret) log.secret(secret)
  const path = join(tempDirectory, `${spec.clusterName}.kubeconfig`)
  await writeFile(path, kubeconfig, { mode: 0o600 })
  return path
}
