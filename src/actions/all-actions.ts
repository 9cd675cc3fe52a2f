import type { ActionDefinition } from '../kit/define-action.ts'
import { bootstrapFirstServer } from './bootstrap-first-server.ts'
import { cluster } from './cluster.ts'
import { installCilium } from './install-cilium.ts'
import { joinAgents } from './join-agents.ts'
import { joinServers } from './join-servers.ts'
import { nodeLogs } from './node-logs.ts'
import { plan } from './plan.ts'
import { provisionNodes } from './provision-nodes.ts'
import { sweep } from './sweep.ts'
import { teardown } from './teardown.ts'
import { verifyHa } from './verify-ha.ts'

// The cast: a list of actions with different inputs can't say that each gets its own.
/** Every action of the shared bundle, in the order of the chain: action.yml, tables and doors are generated from it. */
export const allActions: readonly ActionDefinition[] = [
  cluster,
  provisionNodes,
  bootstrapFirstServer,
  joinServers,
  joinAgents,
  installCilium,
  verifyHa,
  teardown,
  sweep,
  plan,
  nodeLogs,
] as unknown as readonly ActionDefinition[]
