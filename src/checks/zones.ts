import type { ClusterNode } from '../cluster/nodes.ts'
import { quorumOf } from '../cluster/quorum.ts'
import { counted } from '../kit/counted.ts'
import { type Check, fail, pass, skip, type Verdict, warn } from './check.ts'

export const zones: Check = {
  name: 'zones',
  claim: 'Servers are spread so that the loss of any one zone keeps the quorum.',
  settles: false,
  run: async (facts) => judgeZones((await facts.nodes()).servers),
}

export function judgeZones(servers: readonly ClusterNode[]): Verdict {
  const { tolerated } = quorumOf(servers.length)
  if (!tolerated) return skip(`${counted(servers.length, 'server')}: there is no quorum to spread`)
  const byZone = [...new Set(servers.map(({ zone }) => zone))].map(
    (zone) => [zone, servers.filter((server) => server.zone === zone)] as const,
  )
  const moved = servers.filter(({ plannedZone, zone }) => plannedZone && plannedZone !== zone)
  const evidence = [
    ...byZone.map(([zone, inside]) => `${zone}: ${inside.map(({ name }) => name).join(', ')}`),
    ...moved.map(({ name, zone, plannedZone }) => `${name} is in ${zone}: AWS had no room in ${plannedZone}`),
  ]
  const fatal = byZone.filter(([, inside]) => inside.length > tolerated)
  const loss = fatal
    .map(
      ([zone, inside]) =>
        `the loss of ${zone} takes ${inside.length} of ${servers.length} servers, ${tolerated} may be lost`,
    )
    .join('; ')
  if (fatal.length && moved.length)
    return warn(
      `${loss}: AWS had no room for ${moved.map(({ name, plannedZone }) => `${name} in ${plannedZone}`).join(' and ')}`,
      'Name more types in server-instance-type, or subnets of more zones in subnet-ids, so that the next cluster finds room; a server can’t be moved to another zone.',
      { evidence },
    )
  if (fatal.length)
    return fail(
      loss,
      'Create the cluster over subnets in at least three zones (subnet-ids); a server can’t be moved to another zone.',
      { evidence },
    )
  return pass(`${servers.length} servers in ${byZone.length} zones: any one may be lost`, { evidence })
}
