import * as z from 'zod'
import type { Script } from '../nodes/node-runner.ts'
import body from '../nodes/scripts/check-server.sh'
import { end } from './answer-end.ts'

const etcdStatus = z.object({
  clusterId: z.string(),
  memberId: z.string(),
  /** Empty when there is no leader. Ids have 64 bits: strings, never numbers. */
  leader: z.string(),
  term: z.string(),
  applied: z.number(),
  version: z.string(),
  learner: z.boolean(),
  dbSize: z.number(),
  errors: z.array(z.string()),
})

const etcdMember = z.object({ id: z.string(), name: z.string(), peer: z.string(), learner: z.boolean() })

const serverProbe = z.object({
  /** The machine's own name, which need not be its node's. */
  hostname: z.string(),
  etcd: z.object({
    healthy: z.boolean(),
    reason: z.string(),
    isLeader: z.boolean(),
    quota: z.number(),
    status: etcdStatus.nullable(),
    members: z.array(etcdMember).nullable(),
    /** `NOSPACE` and the like, with the member's id: `NOSPACE 1160…`. Null when the question had no answer. */
    alarms: z.array(z.string()).nullable(),
    /** Why a question got no answer. */
    errors: z.array(z.string()),
  }),
  api: z.object({ ready: z.boolean(), parts: z.number(), failed: z.array(z.string()), error: z.string() }),
  end,
})
export type ServerProbe = z.output<typeof serverProbe>
export type EtcdProbe = ServerProbe['etcd']

/** The longest question takes 8 s; loss of quorum makes several of them take that long, side by side. */
export const serverScript = (): Script<ServerProbe> => ({
  name: 'check-server',
  body,
  settings: {},
  answer: serverProbe,
  timeoutSeconds: 40,
})
