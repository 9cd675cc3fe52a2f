import { readFileSync } from 'node:fs'
import { UserError } from '../../kit/errors.ts'

export interface Nodes {
  servers: number
  agents: number
}

/** What a node of a genuine RKE2 v1.35 took, MiB: seen with three servers and an agent, without charts. */
const SERVER_MIB = 1.1 * 1024
const AGENT_MIB = 0.3 * 1024
/** The cloud itself. */
const CLOUD_MIB = 300

/** MiB that a genuine cluster needs. */
export const memoryOf = ({ servers, agents }: Nodes): number =>
  Math.ceil(servers * SERVER_MIB + agents * AGENT_MIB + CLOUD_MIB)

/**
 * Refuses a genuine cluster that this machine can't hold: it would be killed half-way, and not by its own fault.
 * @param availableMib what programs can still get, MiB
 * @throws UserError with both figures and what helps.
 */
export function ensureMemory(nodes: Nodes, availableMib: number = readAvailableMemory()): void {
  const needed = memoryOf(nodes)
  if (needed <= availableMib) return
  const gib = (mib: number) => `${(mib / 1024).toFixed(1)} GiB`
  throw new UserError(
    `${nodes.servers} servers and ${nodes.agents} agents of a genuine RKE2 need ${gib(needed)} of memory, and ${gib(availableMib)} are free`,
    {
      hint: 'Ask for fewer nodes (1.1 GiB a server, 0.3 GiB an agent), free memory, or leave --artifacts out.',
    },
  )
}

/** MemAvailable of proc_meminfo(5), or a container's limit when that is lower. MiB. */
function readAvailableMemory(): number {
  const kib = Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0)
  // No limit is a number far beyond any memory, or 0.
  return Math.min(kib / 1024, process.constrainedMemory() / 1024 ** 2 || Number.POSITIVE_INFINITY)
}
