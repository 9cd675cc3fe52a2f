import type { LogLine } from './progress.ts'

export type NodeState = 'asked for' | 'launched' | 'answers' | 'joining' | 'member' | 'off' | 'going' | 'gone'

/** A node as the log lines of the phases tell it. */
export interface NodeProgress {
  readonly name: string
  readonly role: 'server' | 'agent'
  readonly state: NodeState
  /** What is awaited of it; empty when nothing is. */
  readonly awaited: string
}

/** The nodes of a cluster that is still to be made. Numbers that make no sense give none: the action says why. */
export function askedFor(cluster: string, servers: number, agents: number): NodeProgress[] {
  const of = (role: NodeProgress['role'], count: number): NodeProgress[] =>
    Array.from({ length: Number.isInteger(count) && count > 0 ? count : 0 }, (_, at) => ({
      name: `${cluster}-${role}-${at + 1}`,
      role,
      state: 'asked for',
      awaited: '',
    }))
  return [...of('server', servers), ...of('agent', agents)]
}

/** Which nodes a line speaks of: by name, from one name to another, or all of a role. */
type Spoken =
  | { names: readonly string[] }
  | { from: string; to: string }
  | { role: NodeProgress['role'] | 'any' }

interface Rule {
  readonly words: RegExp
  readonly state: NodeState
  readonly spoken: (groups: readonly string[]) => Spoken
}

const named = ([list = '']: readonly string[]): Spoken => ({ names: list.split(', ') })
const ranged = ([from = '', to = from]: readonly string[]): Spoken => ({ from, to })
const every = (role: NodeProgress['role'] | 'any') => (): Spoken => ({ role })

// The words are the phases' own; a test holds the two together.
const RULES: readonly Rule[] = [
  { words: /^(\S+)(?: to (\S+))? in [a-z]+-\S+(?: \(.*\))?$/, state: 'launched', spoken: ranged },
  {
    words: /^(?:all \d+ machines answer|the only machine answers) over SSM/,
    state: 'answers',
    spoken: every('any'),
  },
  { words: /^installing RKE2 \S+ on (\S+)$/, state: 'joining', spoken: named },
  { words: /^(\S+)(?:: API ready| is a voter| is a member already)/, state: 'member', spoken: named },
  { words: /^every server is a member already/, state: 'member', spoken: every('server') },
  { words: /^\S+-agent-\d+.* joins? through/, state: 'joining', spoken: every('agent') },
  { words: /^(\S+-server-.*) joins? through/, state: 'joining', spoken: named },
  {
    words: /^(?:(?:all )?\d+ agents are|1 agent is|the only agent is) registered/,
    state: 'member',
    spoken: every('agent'),
  },
  { words: /^cutting the power of (\S+),/, state: 'off', spoken: named },
  { words: /^(\S+) has its power back/, state: 'joining', spoken: named },
  { words: /^the cluster is whole again/, state: 'member', spoken: every('any') },
  { words: /^terminating \d+ machines?/, state: 'going', spoken: every('any') },
  { words: /^nothing is left/, state: 'gone', spoken: every('any') },
]

/** Pure: what is known of the nodes once `line` was said. */
export function advanceNodes(nodes: readonly NodeProgress[], { message }: LogLine): NodeProgress[] {
  const [, waiting, missing] = /^… (\S+): (.*)$/.exec(message) ?? []
  if (waiting && missing)
    return nodes.map((node) => (node.name === waiting ? { ...node, awaited: missing } : node))
  for (const { words, state, spoken } of RULES) {
    const match = words.exec(message)
    if (match) return moved(nodes, spoken(match.slice(1).filter(Boolean)), state)
  }
  return [...nodes]
}

function moved(nodes: readonly NodeProgress[], spoken: Spoken, state: NodeState): NodeProgress[] {
  const meant = membersOf(nodes, spoken)
  return nodes.map((node) => (meant.has(node.name) ? { ...node, state, awaited: '' } : node))
}

function membersOf(nodes: readonly NodeProgress[], spoken: Spoken): ReadonlySet<string> {
  const names = nodes.map(({ name }) => name)
  if ('names' in spoken) return new Set(spoken.names)
  if ('from' in spoken) return new Set(names.slice(names.indexOf(spoken.from), names.indexOf(spoken.to) + 1))
  return new Set(
    nodes.flatMap(({ name, role }) => (spoken.role === 'any' || role === spoken.role ? name : [])),
  )
}
