import { styleText } from 'node:util'
import type { NodeProgress, NodeState } from './node-progress.ts'

const MARKS: Readonly<Record<NodeState, string>> = {
  'asked for': styleText('dim', '○'),
  launched: styleText('cyan', '◔'),
  answers: styleText('cyan', '◑'),
  joining: styleText('cyan', '◕'),
  member: styleText('green', '●'),
  off: styleText('red', '✗'),
  going: styleText('yellow', '◔'),
  gone: styleText('dim', '·'),
}

const WORDS: Readonly<Record<NodeState, string>> = {
  'asked for': 'asked for',
  launched: 'launched',
  answers: 'answers over SSM',
  joining: 'RKE2 starts',
  member: 'member',
  off: 'without power',
  going: 'being terminated',
  gone: 'gone',
}

// More lines than this push the phases off a screen of 24 lines.
const MOST_LINES = 10

/** A line a node; where these are too many, the agents share one line, counted by what they are at. */
export function renderNodes(nodes: readonly NodeProgress[]): string {
  const agents = nodes.filter(({ role }) => role === 'agent')
  const single = nodes.length <= MOST_LINES ? nodes : nodes.filter(({ role }) => role === 'server')
  const width = Math.max(0, ...single.map(({ name }) => name.length))
  const lines = single.map(
    ({ name, state, awaited }) =>
      `   ${MARKS[state]} ${name.padEnd(width)}  ${styleText('dim', awaited || WORDS[state])}`,
  )
  return [...lines, ...(single === nodes ? [] : [countedAgents(agents)])].join('\n')
}

function countedAgents(agents: readonly NodeProgress[]): string {
  const counts = new Map<NodeState, number>()
  for (const { state } of agents) counts.set(state, (counts.get(state) ?? 0) + 1)
  const told = [...counts].map(([state, count]) => `${MARKS[state]} ${count} ${WORDS[state]}`)
  return `   ${agents.length} agents: ${told.join('  ')}`
}
