import { awsClients } from '../aws/clients.ts'
import type { ClusterSpec } from '../cluster/spec.ts'
import { runIdentity } from '../github/run-identity.ts'
import type { EndedStep, Kit } from '../kit/define-action.ts'
import type { Context } from '../phases/context.ts'
import type { LeaseContext } from '../phases/lease/take-lease.ts'
import { hasLease, releaseLeases, withLease } from '../phases/lease/with-lease.ts'
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
  const lease = leaseContext(spec, kit)
  if (!ended) await tellOfCancel(spec, kit, lease)
  await releaseLeases(lease)
}

/** A step that was cancelled while it waited for another run has nothing to tell of: what is up is not its own. */
async function tellOfCancel(spec: ClusterSpec, kit: Kit, lease: LeaseContext): Promise<void> {
  if (await hasLease(lease)) return stampAndTellWhatIsUp(openContext(spec, kit), kit)
  kit.log.notice(
    `The run did not end, and ${spec.clusterName} is not its own now: what is up of it is, or may be, another run’s, and was left as it is.`,
  )
}

const leaseContext = (spec: ClusterSpec, { log, clock, signal, env }: Kit): LeaseContext => ({
  ...{ cluster: spec.clusterName, log, clock, signal, run: runIdentity() },
  aws: awsClients(regionOf(spec.awsRegion, env)),
})
