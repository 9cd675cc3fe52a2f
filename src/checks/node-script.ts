import * as z from 'zod'
import type { ClusterNode } from '../cluster/nodes.ts'
import type { Script } from '../nodes/node-runner.ts'
import body from '../nodes/scripts/check-node.sh'
import { end } from './answer-end.ts'

const nodeProbe = z.object({
  /** What `cilium-dbg status --brief` says: OK, or the reason. */
  agent: z.string(),
  /** Why there is no probe; empty when there is one. */
  error: z.string(),
  reached: z.number(),
  failed: z.array(z.object({ to: z.string(), path: z.enum(['host', 'pod']), why: z.string() })),
  /** Nodes that Cilium on this node doesn't know. */
  missing: z.array(z.string()),
  slowestMs: z.number(),
  slowestTo: z.string(),
  end,
})
export type NodeProbe = z.output<typeof nodeProbe>

/** A probe waits 10 s for each path that is closed, all at once. */
export const nodeScript = (expected: readonly ClusterNode[]): Script<NodeProbe> => ({
  name: 'check-node',
  body,
  settings: { EXPECTED: expected.map(({ name }) => name).join(' ') },
  answer: nodeProbe,
  timeoutSeconds: 90,
})
