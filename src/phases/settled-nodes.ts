import { type ClusterNodes, type Role, wantedOf } from '../cluster/nodes.ts'
import { counted } from '../kit/counted.ts'
import { waitFor } from '../kit/wait-for.ts'
import type { Context } from './context.ts'

// EC2 shows late what was launched or started just now: by seconds, as a rule.
const SPREADING_SECONDS = 20

/**
 * The cluster's machines. While EC2 shows fewer of a role than were wanted at their launch, or some that begin to run, it is asked
 * again for a while: who goes on with an old list leaves machines out. What stands then counts.
 */
export function settledNodes(context: Context, roles: readonly Role[]): Promise<ClusterNodes> {
  const { clock, log, signal, spec } = context
  return waitFor({
    what: 'all machines',
    withinSeconds: SPREADING_SECONDS,
    next: 'Look at the instances in the EC2 console.',
    clock,
    log,
    signal,
    probe: async (secondsLeft) => {
      const nodes = await context.nodes()
      // The settings of this action may not say it: a step that joins is seldom told again how many there are.
      const { servers, agents } = wantedOf(nodes) ?? spec
      const wanted = { server: servers, agent: agents }
      const of = { server: nodes.servers, agent: nodes.agents }
      const missing = roles.flatMap((role) => [
        ...(of[role].length < wanted[role] ? [counted(wanted[role] - of[role].length, role)] : []),
        ...of[role].filter(({ state }) => state === 'pending').map(({ name }) => name),
      ])
      return missing.length && secondsLeft > 0 ? { notYet: missing.join(', ') } : { done: nodes }
    },
  })
}
