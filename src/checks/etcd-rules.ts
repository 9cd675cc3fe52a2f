import { quorumOf } from '../cluster/quorum.ts'
import type { Answered } from './ask-nodes.ts'
import { fail, type Verdict, warn } from './check.ts'
import { distinct, healthyVoters, isMember, type Member, type View, voters } from './etcd-view.ts'

// Each rule tells its own fault, or nothing.

// Raft indexes are read at slightly different moments; a member that lags by more than this is not following.
const LAG_LIMIT = 1_000
// etcd refuses writes at 100 % of its quota.
const FULL = 0.8

/** Members that disagree on what the cluster is. */
export function oneCluster(views: readonly View[]): Verdict | undefined {
  const clusters = distinct(views.flatMap(({ etcd }) => etcd.status?.clusterId ?? []))
  if (clusters.length > 1)
    return fail(
      `${clusters.length} separate etcd clusters: servers did not join one another`,
      'Delete the servers that formed a cluster of their own, with their data, and join them again with `server:` set.',
    )
  const lists = distinct(views.flatMap(({ etcd }) => (etcd.members ? idsOf(etcd.members) : [])))
  if (lists.length > 1)
    return fail(
      'members disagree on who is a member',
      'Wait for a running membership change; if it stays, one member is cut off from the others on port 2380.',
    )
  return undefined
}

const idsOf = (members: readonly Member[]) =>
  members
    .map(({ id, learner }) => `${id}${learner ? ' learner' : ''}`)
    .toSorted()
    .join()

/** Quorum, over what etcd itself says: a server that runs but isn't a voter does not count. */
export function majority(views: readonly View[], members: readonly Member[]): Verdict | undefined {
  const quorum = quorumOf(voters(members).length)
  const healthy = healthyVoters(views, members).length
  if (healthy >= quorum.needed) return undefined
  return fail(
    `quorum lost: ${healthy} of ${quorum.voters} voters healthy, ${quorum.needed} needed`,
    `Bring back ${quorum.needed - healthy} of the servers that do not answer; writes and consistent reads wait until then. If they are gone for good, restore with rke2 server --cluster-reset.`,
  )
}

/** Members equal servers, and all of them vote. */
export function membership(
  servers: readonly Answered<unknown>[],
  members: readonly Member[],
): Verdict | undefined {
  const strangers = members.filter((member) => !servers.some(({ node }) => isMember(node, member)))
  const absent = servers.filter(({ node }) => !members.some((member) => isMember(node, member)))
  const learners = members.filter(({ learner }) => learner)
  if (strangers.length)
    return fail(
      `members that are no server of this cluster: ${strangers.map(({ name, peer }) => name || peer).join(', ')}`,
      'A lost server still counts towards the quorum: delete its Node object (kubectl delete node NAME), and RKE2 removes the member.',
    )
  if (absent.length)
    return fail(
      `servers that are no member: ${absent.map(({ node }) => node.name).join(', ')}`,
      'Look at journalctl -u rke2-server there: port 2380 between servers and the token are the usual causes.',
    )
  if (learners.length)
    return fail(
      `still learning: ${learners.map(({ name, peer }) => name || peer).join(', ')}`,
      'RKE2 promotes a learner when it has caught up, and removes it after 5 minutes without progress; run verify-ha again.',
    )
  return undefined
}

/** All name the same voter in the same term, and exactly one leads. */
export function oneLeader(views: readonly View[], members: readonly Member[]): Verdict | undefined {
  const statuses = views.flatMap(({ etcd }) => etcd.status ?? [])
  const leaders = distinct(statuses.map(({ leader }) => leader))
  const leading = views.filter(({ etcd }) => etcd.isLeader)
  const terms = distinct(statuses.map(({ term }) => term))
  const known = voters(members).some(({ id }) => id === leaders[0])
  if (leaders.length === 1 && known && leading.length === 1 && terms.length === 1) return undefined
  return fail(
    `no agreement on one leader: named ${leaders.map((id) => id || 'none').join(', ')}, ${leading.length} leading, terms ${terms.join(', ')}`,
    'An election may be under way (up to 10 s); if it stays, look at the latency and loss between servers on port 2380.',
  )
}

/** Every voter is well: a majority is enough to work, but not to lose one more. */
export function allHealthy(views: readonly View[], members: readonly Member[]): Verdict | undefined {
  const all = voters(members)
  const healthy = healthyVoters(views, members)
  if (healthy.length === all.length) return undefined
  const ill = all.filter(({ id }) => !healthy.includes(id)).map(({ name, peer }) => name || peer)
  const spare = healthy.length - quorumOf(all.length).needed
  return fail(
    `degraded: ${healthy.length} of ${all.length} voters healthy, tolerates ${spare ? `the loss of ${spare} more` : 'no further loss'}; ill: ${ill.join(', ')}`,
    'Look at that server: is the machine running, and the etcd pod (crictl ps, /var/log/pods/kube-system_etcd-*)?',
  )
}

/** A voter that is gone without a trace leaves a cluster that is well, and may lose less. */
export function enoughVoters(members: readonly Member[], wanted: number): Verdict | undefined {
  const { voters: count, tolerated } = quorumOf(voters(members).length)
  const loss = tolerated ? `the loss of ${tolerated}` : 'no loss'
  if (count < wanted)
    return fail(
      `degraded: ${count} of ${wanted} wanted voters, tolerates ${loss}`,
      'Run provision-nodes, then join-servers: they make and join the servers that are missing.',
    )
  if (count % 2) return undefined
  // Nobody can ask for two: one was lost, or is still to come.
  if (!tolerated)
    return fail(
      `degraded: ${count} voters, tolerates ${loss}`,
      'Run provision-nodes with servers: 3, then join-servers.',
    )
  return warn(
    `${count} voters tolerate ${loss}, no more than ${count - 1} do`,
    `Run provision-nodes with servers: ${count + 1}, then join-servers.`,
  )
}

/** What is no failure yet. */
export function advice(views: readonly View[], members: readonly Member[]): Verdict | undefined {
  const statuses = views.flatMap(({ etcd }) => (etcd.status ? [{ ...etcd.status, quota: etcd.quota }] : []))
  const applied = statuses.map((status) => status.applied)
  const versions = distinct(statuses.map(({ version }) => version))
  const full = statuses.some(({ dbSize, quota }) => quota > 0 && dbSize / quota > FULL)
  if (full)
    return warn(
      'the database is over 80 % of its quota',
      'Defragment, or raise quota-backend-bytes by etcd-arg.',
    )
  if (Math.max(...applied) - Math.min(...applied) > LAG_LIMIT)
    return warn(
      'a member lags behind the others',
      'Look at its disk: etcd wants a write to be on disk within 10 ms.',
    )
  if (versions.length > 1)
    return warn(
      `versions differ: ${versions.join(', ')}`,
      'Finish the upgrade: mixed versions are for its duration only.',
    )
  if (members.length === 1)
    return warn('one server: nothing tolerates its loss', 'Choose 3 servers for high availability.')
  return undefined
}
