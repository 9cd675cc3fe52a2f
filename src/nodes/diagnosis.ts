import { causeIn } from '../cluster/causes.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { table } from '../kit/markdown-table.ts'
import type { NodeLog } from './collect-logs.ts'

/** What there is to know about one machine of a cluster. `log` is empty when the machine could not be asked. */
export interface Diagnosis {
  machine: ClusterNode
  log: string
  /** Why the log is not whole, or undefined. */
  fault: string | undefined
}

/** Every machine with what it said; a machine that does not run has a fault instead of a log. */
export function diagnoses(machines: readonly ClusterNode[], logs: readonly NodeLog[]): Diagnosis[] {
  const saidBy = new Map(logs.map((log) => [log.node.instanceId, log]))
  return machines.map((machine) => {
    const said = saidBy.get(machine.instanceId)
    return { machine, log: said?.log ?? '', fault: said ? said.fault : `the machine is ${machine.state}` }
  })
}

/** A table for the job summary, in Markdown. */
export function diagnosisTable(cluster: string, found: readonly Diagnosis[]): string {
  if (found.length === 0) return `### Diagnosis of ${cluster}\n\nIt has no machines.\n`
  const rows = found.map(({ machine, log, fault }) => {
    const known = causeIn(log)
    const finding = [fault, known && `**${known.cause}**: ${known.change}`].filter(Boolean).join('; ')
    return [
      machine.name,
      machine.instanceId,
      machine.zone,
      machine.state,
      finding || 'nothing known in its log',
    ]
  })
  return `### Diagnosis of ${cluster}\n\n${table(['node', 'machine', 'zone', 'state', 'what stands out'], rows)}\n`
}
