import type { ClusterNodes, MachineCounts, Role } from '../cluster/nodes.ts'
import { are, counted } from '../kit/counted.ts'

interface Missing {
  /** One for each role that lacks machines; empty when none does, or nobody knows how many there are to be. */
  readonly faults: readonly string[]
  readonly remedy: string
}

/** What is gone for good leaves no trace but the number that was wanted. */
export function missingMachines({ servers, agents }: ClusterNodes, wanted?: MachineCounts): Missing {
  const each: [Role, number, number][] = wanted
    ? [
        ['server', servers.length, wanted.servers],
        ['agent', agents.length, wanted.agents],
      ]
    : []
  const short = each.filter(([, count, of]) => count < of)
  return {
    faults: short.map(
      ([role, count, of]) => `${counted(of - count, role)} of ${of} ${are(of - count)} missing`,
    ),
    remedy: `Run provision-nodes, then ${short.map(([role]) => `join-${role}s`).join(' and ')}: they make and join what is missing.`,
  }
}
