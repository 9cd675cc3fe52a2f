import type { clusterOutputs } from '../actions/outputs.ts'
import type { Kit } from '../kit/define-action.ts'
import { bootstrapFirstServer } from '../phases/bootstrap-first-server.ts'
import type { Context } from '../phases/context.ts'
import { installCilium } from '../phases/install-cilium.ts'
import { joinAgents } from '../phases/join-agents.ts'
import { joinServers } from '../phases/join-servers.ts'
import { runPhases } from '../phases/phase.ts'
import { provisionNodes } from '../phases/provision-nodes.ts'
import { withClusterLease } from './cluster-lease.ts'
import { withClusterOutputs } from './cluster-outputs.ts'
import { withHold } from './hold-on-failure.ts'
import { readSpec } from './read-spec.ts'

const PHASES = {
  'provision-nodes': provisionNodes,
  'bootstrap-first-server': bootstrapFirstServer,
  'join-servers': joinServers,
  'join-agents': joinAgents,
  'install-cilium': installCilium,
} as const

export type PhaseName = keyof typeof PHASES

type Work = () => Promise<void>

/** One phase of the chain as a step of its own. `beside` puts something beside its work. */
export async function runPhase(
  name: PhaseName,
  given: Readonly<Record<string, unknown>>,
  kit: Kit<keyof typeof clusterOutputs>,
  beside: (context: Context, work: Work) => Promise<void> = (_, work) => work(),
): Promise<void> {
  await withClusterLease(readSpec(given), kit, async (context) => {
    const work = () => withHold(context, () => runPhases([PHASES[name]], context))
    await withClusterOutputs(context, kit, () => beside(context, work))
  })
}
