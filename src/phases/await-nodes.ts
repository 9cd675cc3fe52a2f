import type { ClusterNode } from '../cluster/nodes.ts'
import { waitFor } from '../kit/wait-for.ts'
import { awaitServer, type ServerLook } from '../nodes/scripts.ts'
import type { Context } from './context.ts'
import { answersOf, nodeFailure } from './node-failure.ts'

// A look waits on the node itself, which costs no calls; Run Command is asked again after that.
const LOOK_SECONDS = 20

/** How long the next look may take, so that the last one ends at the deadline. */
export const secondsToLook = (secondsLeft: number) => Math.min(LOOK_SECONDS, Math.ceil(secondsLeft))

// RKE2 is started anew every 5 s. It may fail once while the network settles; after that it keeps failing.
const TOO_MANY_RESTARTS = 3

/** Looks at each of the servers once. A machine that doesn't run can't answer, and is left out with a warning. */
export async function lookAtServers(
  { runner, log }: Context,
  servers: readonly ClusterNode[],
): Promise<{ node: ClusterNode; look: ServerLook }[]> {
  const running = servers.filter((node) => node.state === 'running')
  for (const node of servers)
    if (node.state !== 'running') log.warning(`${node.name} is ${node.state}: left out`)
  const looks = answersOf(await runner.run(awaitServer({ withinSeconds: 0 }), running))
  return running.flatMap((node, at) => {
    const look = looks[at]
    return look ? [{ node, look }] : []
  })
}

/**
 * Waits until a server is a living member: its own API ready, its Node a voter, etcd on it healthy, and its unit up.
 * @throws UserError with its log's end and the cause, at once when RKE2 keeps failing, else at the deadline.
 */
export async function awaitMember(context: Context, node: ClusterNode): Promise<ServerLook> {
  const { clock, log, runner, signal, spec } = context
  let tail = ''
  const lookAgain = async (secondsLeft: number) => {
    const withinSeconds = secondsToLook(secondsLeft)
    const [look] = answersOf(await runner.run(awaitServer({ withinSeconds }), [node]))
    tail = look?.tail ?? ''
    if (look?.voter && isUp(look)) return { done: look }
    if (look && isCrashing(look))
      throw nodeFailure({ node: node.name, what: 'keeps failing', log: look.tail })
    return { notYet: look ? missingOf(look) : 'no answer' }
  }
  // The first look may take long; what it looks for is said before.
  log.waiting(node.name, 'etcd, its API and its vote')
  return await waitFor({
    what: node.name,
    withinSeconds: spec.timeout,
    next: 'Run the action again, with a longer timeout.',
    clock,
    log,
    signal,
    probe: lookAgain,
    // A deadline alone says too little: the node's own log goes with it.
    late: (missing) =>
      nodeFailure({
        node: node.name,
        what: `is no member within ${spec.timeout} s, still missing: ${missing}`,
        log: tail,
      }),
  })
}

export const isCrashing = ({ unit, restarts }: { unit: string; restarts: number }) =>
  !isUp({ unit }) && restarts >= TOO_MANY_RESTARTS

export const isUp = ({ unit }: { unit: string }) => unit === 'active'

/** Nothing starts the unit any more. Static pods outlive it, so etcd and the API on the server may be alive. */
export const isDown = ({ unit }: { unit: string }) => unit === 'inactive' || unit === 'failed'

/** What stands between a server and membership, in the order in which it comes. */
function missingOf(look: ServerLook): string {
  if (isDown(look) || look.voter) return `rke2-server is ${look.unit}`
  if (!look.etcd) return 'etcd on it does not answer yet'
  if (!look.readyz) return 'its API server is not ready yet'
  return 'it is not a voter of etcd yet'
}
