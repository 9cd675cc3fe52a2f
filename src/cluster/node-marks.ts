import { agentGroups, ONLY_GROUP } from './agent-groups.ts'
import type { ClusterNodes } from './nodes.ts'
import type { ClusterSpec } from './spec.ts'

/** What tells nodes apart: labels as `key=value`, taints as `key=value:Effect` or `key:Effect`. */
export interface Marks {
  readonly labels: readonly string[]
  readonly taints: readonly string[]
}

/** The marks that the settings ask for. */
export interface WantedMarks {
  readonly servers: Marks
  /** Of agents of a group that the settings don't hold. */
  readonly agents: Marks
  readonly groups: readonly (Marks & { readonly name: string })[]
}

export const wantedMarks = (spec: ClusterSpec): WantedMarks => ({
  servers: { labels: spec.serverLabels, taints: spec.serverTaints },
  agents: { labels: spec.agentLabels, taints: spec.agentTaints },
  groups: agentGroups(spec),
})

/** Nodes that must have the same marks. */
export interface MarkedNodes extends Marks {
  readonly names: readonly string[]
}

/** Which machine must have which marks. Servers of a cluster without agents have no taints. */
export function markedNodes(wanted: WantedMarks, { servers, agents }: ClusterNodes): MarkedNodes[] {
  const byMarks = new Map<Marks, string[]>()
  const add = (marks: Marks, name: string) => byMarks.set(marks, [...(byMarks.get(marks) ?? []), name])
  const ofServers = agents.length ? wanted.servers : { ...wanted.servers, taints: [] }
  for (const { name } of servers) add(ofServers, name)
  for (const { name, group = ONLY_GROUP } of agents)
    add(wanted.groups.find((one) => one.name === group) ?? wanted.agents, name)
  return [...byMarks].map(([{ labels, taints }, names]) => ({ names, labels: lastOfKeys(labels), taints }))
}

/** A label that is said twice, for all agents and for a group, has the value that is said last: so the kubelet reads them. */
const lastOfKeys = (labels: readonly string[]) =>
  labels.filter((label, at) => !labels.slice(at + 1).some((later) => keyOf(later) === keyOf(label)))

const keyOf = (label: string) => label.split('=')[0]
