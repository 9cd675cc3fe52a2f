import type { teardown } from '../actions/teardown.ts'
import { awsClients } from '../aws/clients.ts'
import { runIdentity } from '../github/run-identity.ts'
import type { InputsOf, KitOf } from '../kit/define-action.ts'
import { withLease } from '../phases/lease/with-lease.ts'
import { regionOf } from '../phases/open-context.ts'
import { teardownUnlessKept } from '../phases/teardown-unless-kept.ts'

export async function runTeardown(
  { 'cluster-name': cluster, 'aws-region': region, timeout, ...wish }: InputsOf<typeof teardown>,
  kit: KitOf<typeof teardown>,
): Promise<void> {
  const { clock, signal, env, output } = kit
  const log = kit.log.scoped('teardown')
  const context = {
    cluster,
    aws: awsClients(regionOf(region, env)),
    clock,
    log,
    signal,
    run: runIdentity(),
  }
  const { residue, removed } = await withLease(
    context,
    { onBusy: wish['on-busy'], timeout, idleSeconds: 0 },
    (held) => teardownUnlessKept({ ...context, signal: held, timeout, onlyOwn: wish['only-own'] }),
  )
  output('residue', JSON.stringify(residue))
  output('removed', JSON.stringify(removed))
}
