import { nodeOfMember } from '../cluster/etcd-member.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import type { EtcdProbe } from './server-script.ts'

export type Member = NonNullable<EtcdProbe['members']>[number]

/** What a server's own member says. */
export interface View {
  readonly node: ClusterNode
  readonly etcd: EtcdProbe
}

/** One line of evidence. */
export function describeView({ node, etcd }: View): string {
  const { status } = etcd
  if (!status) return `${node.name}: no answer (${etcd.errors[0] ?? etcd.reason})`
  const health = etcd.healthy
    ? 'healthy'
    : `unhealthy (${etcd.reason || status.errors[0] || 'no reason given'})`
  const role = etcd.isLeader ? 'leader' : status.learner ? 'learner' : 'follower'
  return `${node.name}: ${health}, ${role}, member ${BigInt(status.memberId).toString(16)}, term ${status.term}, etcd ${status.version}`
}

/** Learners don't count, for the quorum neither. */
export const voters = (members: readonly Member[]) => members.filter(({ learner }) => !learner)

/** Ids of voters that say of themselves that they are well and know a leader. */
export function healthyVoters(views: readonly View[], members: readonly Member[]): string[] {
  const wellIds = views.flatMap(({ etcd }) =>
    etcd.healthy && etcd.status?.leader ? etcd.status.memberId : [],
  )
  return voters(members).flatMap(({ id }) => (wellIds.includes(id) ? id : []))
}

/** A member that never started has no name, only its peer address. */
export const isMember = (node: ClusterNode, member: Member) =>
  member.name ? nodeOfMember(member.name) === node.name : member.peer === node.privateIp

export const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)]
