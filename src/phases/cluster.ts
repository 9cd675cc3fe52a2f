import { allOf } from '../kit/all-of.ts'
import { anySignal } from '../kit/any-signal.ts'
import { bootstrapFirstServer } from './bootstrap-first-server.ts'
import type { Context } from './context.ts'
import { installCilium } from './install-cilium.ts'
import { joinAgents } from './join-agents.ts'
import { joinServers } from './join-servers.ts'
import { type Phase, runPhases } from './phase.ts'
import { provisionNodes } from './provision-nodes.ts'

/**
 * Agents need one API server only, so they join while the other servers do, and Cilium rolls out to them as they come.
 * When they cannot join, the wait for Cilium on them ends too.
 */
const joinAll: Phase = {
  name: 'join',
  async run(context: Context) {
    const agentsFailed = new AbortController()
    const signal = anySignal(context.signal, agentsFailed.signal)
    const servers = async () => {
      await runPhases([joinServers], context)
      await runPhases([installCilium], { ...context, signal })
    }
    const agents = () =>
      runPhases([joinAgents], context).catch((error: unknown) => {
        agentsFailed.abort(error)
        throw error
      })
    // A wait that was ended by the agents' failure fails with that same error, which is told once.
    await allOf([servers(), agents()])
  },
}

/** The whole chain up to a working cluster; verify-ha proves it. */
export const clusterPhases: readonly Phase[] = [provisionNodes, bootstrapFirstServer, joinAll]
