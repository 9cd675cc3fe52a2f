import * as z from 'zod'
import type { Script } from '../nodes/node-runner.ts'
import body from '../nodes/scripts/check-balancer.sh'
import { end } from './answer-end.ts'
import type { BalancerState } from './world.ts'

const balancerProbe = z.object({
  from: z.string(),
  addresses: z.array(
    z.object({
      ip: z.string(),
      /** HTTP status of 6443 /readyz over verified TLS, asked as the node's kubelet; 0 when there was none. */
      api: z.number(),
      /** HTTP status of 9345 /ping over verified TLS; 0 when there was none. */
      supervisor: z.number(),
      error: z.string(),
    }),
  ),
  connections: z.number(),
  refused: z.number(),
  /** Distinct serving certificates met: each server has its own. */
  certificates: z.number(),
  end,
})
export type BalancerProbe = z.output<typeof balancerProbe>

/** Connects until it has met so many servers, and so many times at most. */
export const balancerScript = (
  { dnsName, addresses }: Pick<BalancerState, 'dnsName' | 'addresses'>,
  { servers, connections }: { servers: number; connections: number },
): Script<BalancerProbe> => ({
  name: 'check-balancer',
  body,
  settings: {
    BALANCER: dnsName,
    ADDRESSES: addresses.join(' '),
    SERVERS: String(servers),
    CONNECTIONS: String(connections),
  },
  answer: balancerProbe,
  timeoutSeconds: 180,
})
