import type { ClusterNode } from '../cluster/nodes.ts'
import { allOf } from '../kit/all-of.ts'
import { batches } from '../kit/batches.ts'
import { waitFor } from '../kit/wait-for.ts'
import { BATCH, type Script } from '../nodes/node-runner.ts'
import { forgetNodes, labelNodes } from '../nodes/scripts.ts'
import type { Context } from './context.ts'
import { answersOf } from './node-failure.ts'
import { briefly } from './provision/await-ready.ts'

const ROLE_LABEL = 'node-role.kubernetes.io/worker=true'

/** Gives the agents' Nodes their role, from the server `seed`: the kubelet may not give its own node one. */
export async function labelAgents(
  context: Context,
  agents: readonly ClusterNode[],
  seed: ClusterNode,
): Promise<void> {
  const script = (nodeNames: readonly string[]) => labelNodes({ names: nodeNames, label: ROLE_LABEL })
  await onNames(
    context,
    agents.map(({ name }) => name),
    { what: 'role', seed, script },
  )
}

// So many names fit a command; the server looks for all of them at once.
const MOST_FORGOTTEN = 500

/**
 * Deletes the Nodes of these machines' names: one that takes the place of a machine that is gone has its name, and RKE2 would
 * refuse it as a stranger.
 */
export async function forgetFormer(
  context: Context,
  newcomers: readonly ClusterNode[],
  seed: ClusterNode,
): Promise<void> {
  const nodeNames = newcomers.map(({ name }) => name)
  const done = await onNames(context, nodeNames, {
    ...{ what: 'the former Node', seed, script: forgetNodes },
    atOnce: MOST_FORGOTTEN,
  })
  const gone = done.flatMap((told) => told.gone)
  if (gone.length) context.log.info(`${briefly(gone)}: deleted the Node of the machine before`)
}

/** Runs a script on a server for so many names at once, again while its API can't take it yet. */
function onNames<Answer extends { missing: string }>(
  { spec, clock, log, signal, runner }: Context,
  nodeNames: readonly string[],
  {
    what,
    seed,
    script,
    atOnce = BATCH,
  }: {
    what: string
    seed: ClusterNode
    script: (names: readonly string[]) => Script<Answer>
    atOnce?: number
  },
): Promise<Answer[]> {
  return allOf(
    batches(nodeNames, atOnce).map((some) =>
      waitFor({
        what: `${what} of ${briefly(some)}`,
        withinSeconds: spec.timeout,
        next: `Look at the API server of ${seed.name}: journalctl -u rke2-server.`,
        clock,
        log,
        signal,
        probe: async () => {
          const [told] = answersOf(await runner.run(script(some), [seed]))
          return told && !told.missing ? { done: told } : { notYet: told?.missing ?? 'no answer' }
        },
      }),
    ),
  )
}
