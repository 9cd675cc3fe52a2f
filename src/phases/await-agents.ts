import type { ClusterNode } from '../cluster/nodes.ts'
import { counted } from '../kit/counted.ts'
import { UserError } from '../kit/errors.ts'
import { waitFor } from '../kit/wait-for.ts'
import { type AgentLook, awaitAgent } from '../nodes/scripts.ts'
import { isCrashing, secondsToLook } from './await-nodes.ts'
import type { Context } from './context.ts'
import { answersOf, nodeFailure } from './node-failure.ts'
import { briefly } from './provision/await-ready.ts'

/** An agent, and what it said of itself last. */
export interface AgentSeen {
  readonly node: ClusterNode
  readonly look: AgentLook
}

/** Those of the agents that are not registered `withinSeconds` from now, with what they say. */
export async function unregistered(
  context: Context,
  agents: readonly ClusterNode[],
  withinSeconds: number,
): Promise<AgentSeen[]> {
  const looks = answersOf(await context.runner.run(awaitAgent({ withinSeconds }), agents))
  return agents.flatMap((node, at) => {
    const look = looks[at]
    return look && look.unit !== 'active' ? [{ node, look }] : []
  })
}

/** @throws the failures of agents that keep failing, as soon as they do, or are late: of the first few with their logs */
export async function awaitRegistered(context: Context, agents: readonly ClusterNode[]): Promise<void> {
  const { spec, clock, log, signal } = context
  log.waiting('registered agents', briefly(agents.map(({ name }) => name)))
  let missing: AgentSeen[] = agents.map((node) => ({
    node,
    look: { unit: 'unknown', restarts: 0, joined: false, tail: '' },
  }))
  await waitFor({
    what: 'registered agents',
    withinSeconds: spec.timeout,
    next: 'Run the action again, with a longer timeout.',
    clock,
    log,
    signal,
    late: () => failureOf(missing, `did not register within ${spec.timeout} s`),
    probe: async (secondsLeft) => {
      missing = await unregistered(
        context,
        missing.map(({ node }) => node),
        secondsToLook(secondsLeft),
      )
      const crashing = missing.filter(({ look }) => isCrashing(look))
      if (crashing.length) throw failureOf(crashing, 'keeps failing')
      if (!missing.length) return { done: undefined }
      return { notYet: briefly(missing.map(({ node }) => node.name)) }
    },
  })
}

// A thousand agents that fail for one reason need not tell it a thousand times.
const MOST_TOLD = 3

function failureOf(looks: readonly AgentSeen[], what: string): Error {
  const told = looks
    .slice(0, MOST_TOLD)
    .map(({ node, look }) => nodeFailure({ node: node.name, what, log: look.tail }))
  const more = looks.length - told.length
  const [only] = told
  if (only && told.length === 1) return only
  return new AggregateError([
    ...told,
    ...(more > 0 ? [new UserError(`and ${counted(more, 'more agent')}`)] : []),
  ])
}
