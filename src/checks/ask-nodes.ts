import type { ClusterNode } from '../cluster/nodes.ts'
import { firstLineOf, UserError } from '../kit/errors.ts'
import type { Script } from '../nodes/node-runner.ts'
import type { World } from './world.ts'

/** What a node answered, or why there is no answer. */
export type Answered<Answer> =
  | { readonly node: ClusterNode; readonly answer: Answer }
  | { readonly node: ClusterNode; readonly reason: string }

/**
 * Runs a script on nodes and answers for each, in the order given, also for those that can't be asked:
 * Run Command refuses a whole batch for one stopped machine.
 */
export async function askNodes<Answer>(
  world: World,
  script: Script<Answer>,
  nodes: readonly ClusterNode[],
): Promise<Answered<Answer>[]> {
  const running = nodes.filter((node) => node.state === 'running')
  const outcomes = new Map((await askRunning(world, script, running)).map((told) => [told.node.name, told]))
  return nodes.map((node) => outcomes.get(node.name) ?? { node, reason: `the machine is ${node.state}` })
}

async function askRunning<Answer>(
  world: World,
  script: Script<Answer>,
  nodes: readonly ClusterNode[],
): Promise<Answered<Answer>[]> {
  if (!nodes.length) return []
  try {
    const outcomes = await world.runner.run(script, nodes)
    return outcomes.flatMap((outcome, at) => {
      const node = nodes[at]
      if (!node) return []
      return outcome.ok ? { node, answer: outcome.answer } : { node, reason: failureOf(outcome) }
    })
  } catch (error) {
    world.signal.throwIfAborted()
    if (nodes.length === 1 && nodes[0]) return [{ node: nodes[0], reason: firstLineOf(error) }]
    return (await Promise.all(nodes.map((node) => askRunning(world, script, [node])))).flat()
  }
}

const failureOf = ({ reason, output }: { reason: string; output: string }) => {
  const said = output.trim().split('\n').at(-1)
  return said ? `${reason}: ${said.slice(0, 300)}` : reason
}

/** The answers alone. */
export const answers = <Answer>(told: readonly Answered<Answer>[]): { node: ClusterNode; answer: Answer }[] =>
  told.flatMap((one) => ('answer' in one ? [one] : []))

/** The nodes that did not answer, as evidence lines. */
export const silent = (told: readonly Answered<unknown>[]): string[] =>
  told.flatMap((one) => ('reason' in one ? [`${one.node.name}: ${one.reason}`] : []))

/** The first answer, one node after another. @throws UserError with every node's reason when none answers. */
export async function askAnyOf<Answer>(
  world: World,
  script: Script<Answer>,
  nodes: readonly ClusterNode[],
): Promise<Answer> {
  const reasons: string[] = []
  for (const node of nodes) {
    const [told] = await askNodes(world, script, [node])
    if (told && 'answer' in told) return told.answer
    if (told) reasons.push(`${node.name}: ${told.reason}`)
  }
  throw new UserError(
    `no node could answer ${script.name} (${reasons.join('; ') || 'there is none to ask'})`,
    {
      hint: 'Look at the first reason: a node that Run Command cannot reach, or an API server that does not answer.',
    },
  )
}
