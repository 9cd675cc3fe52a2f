import { bootstrapFirstServer } from './bootstrap-first-server.ts'
import type { Context } from './context.ts'
import { installCilium } from './install-cilium.ts'
import { joinAgents } from './join-agents.ts'
import { joinServers } from './join-servers.ts'
import { type Phase, runPhases } from './phase.ts'
import { provisionNodes } from './provision-nodes.ts'

/**
 * What needs one API server only, side by side: Cilium rolls out to each node as it joins. When nodes cannot join, the wait
 * for Cilium on them ends too.
 */
const joinAll: Phase = {
  name: 'join',
  async run(context: Context) {
    const failed = new AbortController()
    const signal = AbortSignal.any([context.signal, failed.signal])
    const joining = Promise.allSettled([
      runPhases([joinServers], context),
      runPhases([joinAgents], context),
    ]).then((settled) => {
      const failures = failuresOf(settled)
      if (failures.length) failed.abort()
      return failures
    })
    const [network] = await Promise.allSettled([runPhases([installCilium], { ...context, signal })])
    const failures = await joining
    if (!failures.length) failures.push(...failuresOf([network]))
    if (failures.length === 1) throw failures[0]
    if (failures.length) throw new AggregateError(failures)
  },
}

const failuresOf = (settled: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))

/** The whole chain up to a working cluster; verify-ha proves it. */
export const clusterPhases: readonly Phase[] = [provisionNodes, bootstrapFirstServer, joinAll]
