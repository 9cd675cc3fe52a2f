import { awsClients } from '../aws/clients.ts'
import type { ClusterSpec } from '../cluster/spec.ts'
import { runIdentity } from '../github/run-identity.ts'
import type { EndedStep, Kit } from '../kit/define-action.ts'
import type { Context } from '../phases/context.ts'
import type { LeaseContext } from '../phases/lease/take-lease.ts'
import { releaseLeases, withLease } from '../phases/lease/with-lease.ts'
import { openContext, regionOf } from '../phases/open-context.ts'
import { stampAndTellWhatIsUp } from './after-cancel.ts'
import { readSpec } from './read-spec.ts'

/** Works on the cluster of a spec while no other run does; it stays this run's for the next steps of its job. */
export function withClusterLease(
  spec: ClusterSpec,
  kit: Kit,
  work: (context: Context) => Promise<void>,
): Promise<void> {
  const { onBusy, timeout, ttl: idleSeconds } = spec
  return withLease(leaseContext(spec, kit), { onBusy, timeout, idleSeconds }, (signal) =>
    work(openContext(spec, { ...kit, signal })),
  )
}

/** The end of a job: says what a cancel left standing, and lets other runs have the cluster. */
export async function endJob(
  kit: Kit,
  { inputs, ended }: EndedStep<Readonly<Record<string, unknown>>>,
): Promise<void> {
  const spec = readSpec(inputs())
  if (!ended) await stampAndTellWhatIsUp(openContext(spec, kit), kit)
  await releaseLeases(leaseContext(spec, kit))
}

const leaseContext = (spec: ClusterSpec, { log, clock, signal, env }: Kit): LeaseContext => ({
  ...{ cluster: spec.clusterName, log, clock, signal, run: runIdentity() },
  aws: awsClients(regionOf(spec.awsRegion, env)),
})
