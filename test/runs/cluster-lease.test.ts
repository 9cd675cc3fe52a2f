import { expect, test } from '@jest/globals'
import { tagKeys } from '../../src/cluster/tags.ts'
import { runIdentity } from '../../src/github/run-identity.ts'
import type { Kit } from '../../src/kit/define-action.ts'
import type { World } from '../../src/local-cloud/world/world.ts'
import type { Context } from '../../src/phases/context.ts'
import { withLease } from '../../src/phases/lease/with-lease.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { endJob } from '../../src/runs/cluster-lease.ts'
import { recordedCluster } from '../phases/recorded-cluster.ts'

const INPUTS = { 'cluster-name': 'pr-42', 'aws-region': 'eu-west-1', 'rke2-version': 'v1.35.4+rke2r1' }

/** A cluster that a step of `run` made, and the post step of this run, whose step was cancelled. */
async function cancelled(run: Context['run']) {
  const { context, world, lines } = await recordedCluster({ servers: 1, agents: 0 })
  const { aws, clock, log, signal } = context
  const lease = { cluster: 'pr-42', aws, clock, log, signal, run }
  await withLease(lease, { onBusy: 'fail', timeout: 20, idleSeconds: 600 }, () => provisionNodes.run(context))
  const summaries: string[] = []
  const kit: Kit = {
    ...{ log, clock, signal, env: {}, tempDirectory: '' },
    output: () => {},
    summary: async (text) => void summaries.push(text),
  }
  await endJob(kit, { inputs: () => INPUTS, ended: false })
  return { world, lines, summaries }
}

const stamped = ({ tags }: World) => [...tags.values()].filter((of) => tagKeys.cancelledAt in of)
const leases = ({ parameters }: World) => [...parameters.keys()].filter((name) => name.includes('/lease.'))

test('the end of a cancelled step that had the cluster stamps it, tells what is up and gives it back', async () => {
  const { world, lines, summaries } = await cancelled(runIdentity())
  expect(stamped(world)).not.toEqual([])
  expect(lines.join('\n')).toMatch(/warning .*The run did not end\. Of pr-42 are up/)
  expect([summaries.length, leases(world)]).toEqual([1, []])
}, 60_000)

test('the end of a cancelled step that only waited leaves another run’s cluster as it is, and says so', async () => {
  const { world, lines, summaries } = await cancelled({ id: '501-1', repository: 'acme/shop' })
  expect(stamped(world)).toEqual([])
  expect(lines.join('\n')).not.toContain('teardown with this cluster-name')
  expect(lines.join('\n')).toMatch(/notice .*pr-42 is not its own now/)
  expect([summaries, leases(world)]).toEqual([[], ['/rke2-action/lease.pr-42/1']])
}, 60_000)
