import type { ClusterNode } from '../cluster/nodes.ts'
import { quorumOf } from '../cluster/quorum.ts'
import { type Answered, answers, silent } from './ask-nodes.ts'
import { type Check, fail, pass, type Verdict } from './check.ts'
import { alarmsKnown, noAlarm } from './etcd-alarms.ts'
import {
  advice,
  allHealthy,
  enoughVoters,
  majority,
  membership,
  oneCluster,
  oneLeader,
} from './etcd-rules.ts'
import { describeView, type Member, type View } from './etcd-view.ts'
import type { ServerProbe } from './server-script.ts'

export const etcd: Check = {
  name: 'etcd',
  claim: 'Every server that is wanted is a healthy voter of one etcd cluster with one leader.',
  settles: true,
  run: async (facts) => judgeEtcd(await facts.servers(), (await facts.wanted())?.servers),
}

/**
 * Servers are the machines that should be members. The worst finding is told.
 * @param wanted so many servers there are to be; 0 when nobody knows
 */
export function judgeEtcd(servers: readonly Answered<ServerProbe>[], wanted = 0): Verdict {
  const views = answers(servers).map(({ node, answer }) => ({ node, etcd: answer.etcd }))
  const evidence = [...views.map(describeView), ...silent(servers)]
  const members = views.find(({ etcd }) => etcd.members)?.etcd.members
  if (!members)
    return fail(
      'no etcd member answers on any server',
      'Look at the etcd pod’s log on a server: /var/log/pods/kube-system_etcd-*.',
      { evidence },
    )
  const verdict =
    oneCluster(views) ??
    noAlarm(views) ??
    majority(views, members) ??
    membership(servers, members) ??
    oneLeader(views, members) ??
    allHealthy(views, members) ??
    enoughVoters(members, wanted) ??
    alarmsKnown(views) ??
    advice(views, members) ??
    pass(described(members, views))
  return { ...verdict, evidence }
}

function described(members: readonly Member[], views: readonly View[]): string {
  const quorum = quorumOf(members.length)
  const leader = views.find(({ etcd }) => etcd.isLeader)?.node.name
  return `${quorum.voters} voters, quorum ${quorum.needed}, tolerates the loss of ${quorum.tolerated}; leader ${leader}`
}

/** The server whose etcd leads; undefined during an election. */
export function leaderOf(servers: readonly Answered<ServerProbe>[]): ClusterNode | undefined {
  return answers(servers).find(({ answer }) => answer.etcd.isLeader)?.node
}
