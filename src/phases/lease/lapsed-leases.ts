import type { AwsClients } from '../../aws/clients.ts'
import { deleteLeases, readLeases } from '../../aws/leases.ts'
import { lapsesAt } from '../../cluster/lease.ts'
import type { Clock } from '../../kit/clock.ts'

/**
 * Deletes what runs that died left of their leases on a cluster of which nothing else stands. As long as one lease has not lapsed
 * a run may be about to build, and all stay. A run that wakes up after all writes its own anew.
 * @returns whether there were any to delete; a dry run deletes none
 */
export async function dropLapsedLeases(
  { aws, clock, dryRun }: { aws: Pick<AwsClients, 'ssm'>; clock: Clock; dryRun: boolean },
  cluster: string,
): Promise<boolean> {
  const leases = await readLeases(aws.ssm, cluster)
  if (!leases.length || leases.some((lease) => lapsesAt(lease) > clock.now())) return false
  const numbers = leases.map(({ number }) => number)
  if (!dryRun) await deleteLeases(aws.ssm, cluster, numbers)
  return true
}
