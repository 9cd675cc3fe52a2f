import { type Answered, answers } from './ask-nodes.ts'
import { type Check, fail, pass, skip, type Verdict } from './check.ts'
import type { NodeProbe } from './node-script.ts'

export const connectivity: Check = {
  name: 'connectivity',
  claim: 'From every node, every other node and a pod on it are reached.',
  settles: true,
  run: async (facts) => judgeConnectivity(await facts.network(), facts.world.wireguard),
}

interface Pair {
  from: string
  to: string
  /** What failed: the nodes' own addresses, the pod network, or the question itself. */
  path: 'host' | 'pod' | 'unknown'
  why: string
}

/** All ordered pairs, N×(N−1): what a node could not say counts as not reached. */
export function judgeConnectivity(nodes: readonly Answered<NodeProbe>[], wireguard: boolean): Verdict {
  const pairs = nodes.length * (nodes.length - 1)
  if (!pairs)
    return nodes.length
      ? skip('one node: there is no pair')
      : fail('there are no nodes', 'Provision the cluster first.')
  const broken = nodes.flatMap((one) => brokenFrom(one, nodes))
  const reached = answers(nodes).reduce((sum, { answer }) => sum + answer.reached, 0)
  const slowest = answers(nodes).toSorted((a, b) => b.answer.slowestMs - a.answer.slowestMs)[0]
  const evidence = broken.map(({ from, to, path, why }) => `${from} → ${to} (${path}): ${why}`)
  if (broken.length || reached < pairs)
    return fail(`${reached} of ${pairs} pairs reached; ${named(broken)}`, remedyFor(broken, wireguard), {
      evidence,
    })
  return pass(`${pairs} of ${pairs} pairs of nodes reached, pods too`, {
    evidence: slowest
      ? [`slowest: ${slowest.node.name} → ${slowest.answer.slowestTo} in ${slowest.answer.slowestMs} ms`]
      : [],
    figures: slowest ? [{ name: 'slowest pair', value: slowest.answer.slowestMs, unit: 'ms' }] : [],
  })
}

function brokenFrom(one: Answered<NodeProbe>, nodes: readonly Answered<NodeProbe>[]): Pair[] {
  const from = one.node.name
  const others = nodes.map(({ node }) => node.name).filter((name) => name !== from)
  const unknown = (why: string) => others.map((to) => ({ from, to, path: 'unknown' as const, why }))
  if ('reason' in one) return unknown(one.reason)
  const { error, failed, missing } = one.answer
  if (error) return unknown(error)
  return [
    ...failed.map((pair) => ({ from, ...pair })),
    ...missing.map((to) => ({ from, to, path: 'unknown' as const, why: 'Cilium does not know this node' })),
  ]
}

const SHOWN = 6

function named(broken: readonly Pair[]): string {
  const pairs = [...new Set(broken.map(({ from, to }) => `${from} → ${to}`))]
  return pairs.slice(0, SHOWN).join(', ') + (pairs.length > SHOWN ? ` and ${pairs.length - SHOWN} more` : '')
}

function remedyFor(broken: readonly Pair[], wireguard: boolean): string {
  const host = broken.filter(({ path }) => path === 'host')
  const pod = broken.filter(({ path }) => path === 'pod')
  if (host.length)
    return 'Nodes don’t reach one another: open TCP 4240 and ICMP echo between them in the security group (Cilium’s health checks).'
  if (pod.length)
    return `Nodes reach one another but their pods don’t: open UDP 8472 (VXLAN)${wireguard ? ' and UDP 51871 (WireGuard)' : ''} between all nodes in the security group.`
  return 'Cilium’s agent does not answer on those nodes: see the cilium check first.'
}
