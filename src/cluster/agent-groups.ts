import { parseDocument } from 'yaml'
import * as z from 'zod'
import type { CapacityType } from './capacity-ladder.ts'
import { type Architecture, imageFault } from './image.ts'
import { choice, count, instanceTypes, judged, labels, taints, text } from './values.ts'

/** Agents that are alike. */
export interface AgentGroup {
  readonly name: string
  readonly count: number
  /** The preferred one first. */
  readonly instanceTypes: readonly string[]
  readonly architecture: Architecture | undefined
  readonly capacityType: CapacityType
  readonly image: string
  readonly labels: readonly string[]
  readonly taints: readonly string[]
}

const ARCHITECTURES = { x86_64: 'amd64', amd64: 'amd64', arm64: 'arm64' } as const

export const capacityType = choice('on-demand', 'spot')

/** What may be said of a group of agents; what isn't said is as the inputs for all agents say. */
const nodeGroup = z.strictObject({
  name: text(
    /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/,
    'write 1 to 32 lower-case letters, digits and hyphens, starting with a letter',
  ),
  count: count(0, 1000, 'agents'),
  'instance-type': instanceTypes.optional(),
  architecture: z
    .enum(Object.keys(ARCHITECTURES) as (keyof typeof ARCHITECTURES)[], { error: 'write x86_64 or arm64' })
    .optional(),
  'capacity-type': capacityType.optional(),
  image: judged(imageFault).optional(),
  labels: labels.optional(),
  taints: taints.optional(),
})

type NodeGroup = z.output<typeof nodeGroup>

const groupList = z.array(nodeGroup, { error: 'write a list of groups, each with a name and a count' })

/** A list of groups, or YAML that holds one. */
export const nodeGroups = z
  .union([z.string(), z.array(z.unknown())], { error: 'write a list of groups' })
  .transform((value, context): NodeGroup[] => {
    const parsed = groupList.safeParse(typeof value === 'string' ? fromYaml(value) : value, {
      reportInput: true,
    })
    if (parsed.success) return judgedTogether(parsed.data, (fault) => context.addIssue(fault))
    for (const issue of parsed.error.issues) context.addIssue(describeIssue(issue))
    return []
  })

const fromYaml = (value: string): unknown => {
  const document = parseDocument(value)
  return document.errors.length ? undefined : (document.toJS() ?? [])
}

const describeIssue = (issue: z.core.$ZodIssue) =>
  issue.code === 'unrecognized_keys'
    ? `${placeOf(issue)}unknown key "${issue.keys.join('", "')}"; there are ${Object.keys(nodeGroup.shape).join(', ')}`
    : `${placeOf(issue)}${issue.input === undefined && issue.path.length ? 'is required' : issue.message}`

/** `group 2: labels: ` */
const placeOf = ({ path: [at, ...rest] }: z.core.$ZodIssue) =>
  at === undefined ? '' : `${[`group ${Number(at) + 1}`, ...rest].join(': ')}: `

const MOST_AGENTS = 1000

function judgedTogether(groups: NodeGroup[], tell: (fault: string) => void): NodeGroup[] {
  const names = groups.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice) tell(`two groups are called ${twice}: give each a name of its own`)
  if (agentsIn(groups) > MOST_AGENTS)
    tell(`the groups hold ${agentsIn(groups)} agents: ${MOST_AGENTS} at most`)
  return groups
}

export const agentsIn = (groups: readonly { count: number }[]): number =>
  groups.reduce((sum, group) => sum + group.count, 0)

/** The one group of agents that are not asked for in groups. */
export const ONLY_GROUP = 'agents'

/** The settings that speak of agents. */
interface AgentWish {
  readonly agents: number
  readonly agentInstanceType: readonly string[]
  readonly agentCapacityType: CapacityType
  readonly image: string
  readonly agentLabels: readonly string[]
  readonly agentTaints: readonly string[]
  readonly nodeGroups: readonly NodeGroup[]
}

/** The groups of agents: those of `node-groups`, or one of all agents. */
export function agentGroups(wish: AgentWish): AgentGroup[] {
  const groups = wish.nodeGroups.length ? wish.nodeGroups : [{ name: ONLY_GROUP, count: wish.agents }]
  return groups.map((group: NodeGroup) => ({
    name: group.name,
    count: group.count,
    instanceTypes: group['instance-type'] ?? wish.agentInstanceType,
    architecture: group.architecture && ARCHITECTURES[group.architecture],
    capacityType: group['capacity-type'] ?? wish.agentCapacityType,
    image: group.image ?? wish.image,
    labels: [...wish.agentLabels, ...(group.labels ?? [])],
    taints: [...wish.agentTaints, ...(group.taints ?? [])],
  }))
}
