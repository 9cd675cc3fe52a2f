import { counted } from '../kit/counted.ts'
import { type Check, fail, pass, type Verdict, warn } from './check.ts'
import { type ClusterProbe, EXPECTED_LEASES, type LeaseProbe } from './cluster-script.ts'

export const leases: Check = {
  name: 'leases',
  claim:
    'Scheduler, controller manager and cloud controller manager each have one leader, on a live server, that keeps renewing.',
  settles: true,
  async run(facts) {
    const [probe, { servers }, told] = await Promise.all([facts.cluster(), facts.nodes(), facts.servers()])
    const answered = told.flatMap((one) =>
      'answer' in one ? [[one.answer.hostname, one.node.name] as const] : [],
    )
    return judgeLeases(
      probe,
      servers.map(({ name }) => name),
      new Map(answered),
    )
  },
}

// Clocks of nodes differ a little, even with NTP.
const SKEW_MS = 2_000

/**
 * A lease has one holder by construction; what must be shown is that the holder is alive.
 * @param hostnames each server's node name by its machine's name, of the servers that answer
 */
export function judgeLeases(
  { leases: read, nodes }: ClusterProbe,
  servers: readonly string[],
  hostnames: ReadonlyMap<string, string> = new Map(),
): Verdict {
  const live = nodes
    .filter(({ ready, stale }) => ready === 'True' && !stale)
    .flatMap(({ names }) => names)
    .filter((name) => servers.includes(name))
  const judged = EXPECTED_LEASES.map((name) => ({ name, ...judgeLease(read, name, live, hostnames) }))
  const evidence = [
    ...judged.map(({ name, fault, holder }) => `${name}: ${fault ?? `held and renewed by ${holder}`}`),
    `API servers with a fresh identity: ${read.apiServers.join(', ') || 'none'}`,
  ]
  const bad = judged.filter(({ fault }) => fault)
  if (bad.length)
    return fail(
      bad.map(({ name, fault }) => `${name} ${fault}`).join('; '),
      'Look at that component’s log on the servers: /var/log/pods/kube-system_<component>-*. Without its leader nothing is scheduled or repaired.',
      { evidence },
    )
  const registered = `${counted(read.apiServers.length, 'API server')} ${read.apiServers.length === 1 ? 'has' : 'have'} registered, of ${counted(servers.length, 'server')}`
  if (read.apiServers.length < servers.length)
    return warn(registered, 'Look at the API server of the server that is missing.', {
      evidence,
      // Kubernetes 1.35 deletes the old identity of an API server that starts before it makes the new one.
      passing: true,
    })
  if (read.apiServers.length > servers.length)
    return warn(registered, 'One that is gone is counted for an hour: see that no machine of old runs on.', {
      evidence,
    })
  return pass(judged.map(({ name, holder }) => `${name} on ${holder}`).join(', '), { evidence })
}

function judgeLease(
  { list, firstAt, secondAt }: ClusterProbe['leases'],
  name: string,
  live: readonly string[],
  hostnames: ReadonlyMap<string, string>,
): { holder?: string; fault?: string } {
  const lease = list.find((one) => one.name === name)
  if (!lease?.first.holder) return { fault: 'has no holder' }
  // RKE2's own components go by the node's name, Kubernetes' by the machine's: HOSTNAME_uuid.
  const host = lease.first.holder.replace(/_[^_]*$/, '')
  const holder = hostnames.get(host) ?? host
  const fault =
    staleness(lease, firstAt, secondAt) ??
    (live.includes(holder) ? undefined : `is held by ${holder}, which is no live server`)
  return fault ? { holder, fault } : { holder }
}

function staleness(
  { duration, first, second }: LeaseProbe,
  firstAt: number,
  secondAt: number,
): string | undefined {
  const limit = duration * 1000 + SKEW_MS
  if (firstAt - first.renewed > limit)
    return `was renewed ${seconds(firstAt - first.renewed)} ago, its limit is ${duration} s`
  if (!second) return 'disappeared between two readings'
  if (second.holder !== first.holder || second.transitions !== first.transitions)
    return 'changed hands between two readings'
  if (second.renewed <= first.renewed) return `was not renewed for ${seconds(secondAt - first.renewed)}`
  return undefined
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`
