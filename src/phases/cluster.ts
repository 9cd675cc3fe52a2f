import { bootstrapFirstServer } from './bootstrap-first-server.ts'
import type { Context } from './context.ts'
import { installCilium } from './install-cilium.ts'
import { joinAgents } from './join-agents.ts'
import { joinServers } from './join-servers.ts'
import { type Phase, runPhases } from './phase.ts'
import { provisionNodes } from './provision-nodes.ts'

/** Agents need one API server only, so they join while the other servers do. */
const joinAll: Phase = {
  name: 'join',
  async run(context: Context) {
    const settled = await Promise.allSettled([
      runPhases([joinServers], context),
      runPhases([joinAgents], context),
    ])
    const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    if (failures.length === 1) throw failures[0]
    if (failures.length) throw new AggregateError(failures)
  },
}

/** The whole chain up to a working cluster; verify-ha proves it. */
export const clusterPhases: readonly Phase[] = [provisionNodes, bootstrapFirstServer, joinAll, installCilium]
