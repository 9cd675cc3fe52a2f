import type { ClusterNode } from '../cluster/nodes.ts'
import { quorumOf } from '../cluster/quorum.ts'
import { type Check, fail, pass, skip, type Verdict } from './check.ts'

export const zones: Check = {
  name: 'zones',
  claim: 'Servers are spread so that the loss of any one zone keeps the quorum.',
  settles: false,
  run: async (facts) => judgeZones((await facts.nodes()).servers),
}

export function judgeZones(servers: readonly ClusterNode[]): Verdict {
  const { tolerated } = quorumOf(servers.length)
  if (!tolerated) return skip(`${servers.length} server: there is no quorum to spread`)
  const byZone = [...new Set(servers.map(({ zone }) => zone))].map(
    (zone) => [zone, servers.filter((server) => server.zone === zone)] as const,
  )
  const evidence = byZone.map(([zone, inside]) => `${zone}: ${inside.map(({ name }) => name).join(', ')}`)
  const fatal = byZone.filter(([, inside]) => inside.length > tolerated)
  if (fatal.length)
    return fail(
      fatal
        .map(
          ([zone, inside]) =>
            `the loss of ${zone} takes ${inside.length} of ${servers.length} servers, ${tolerated} may be lost`,
        )
        .join('; '),
      'Create the cluster over subnets in at least three zones (subnet-ids); a server can’t be moved to another zone.',
      { evidence },
    )
  return pass(`${servers.length} servers in ${byZone.length} zones: any one may be lost`, { evidence })
}
