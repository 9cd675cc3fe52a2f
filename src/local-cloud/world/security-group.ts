import type { Vpc } from './network.ts'

export type Direction = 'ingress' | 'egress'

export type Peer = { cidr: string } | { groupId: string }

export interface SecurityGroupRule {
  id: string
  direction: Direction
  /** `-1` is every protocol. */
  protocol: 'tcp' | 'udp' | 'icmp' | '-1'
  /** -1 to -1 for every port; ICMP type and code. */
  fromPort: number
  toPort: number
  peer: Peer
  description: string | undefined
}

export interface SecurityGroup {
  id: string
  vpcId: string
  name: string
  description: string
  rules: readonly SecurityGroupRule[]
}

const peerKey = (peer: Peer) => ('cidr' in peer ? peer.cidr : peer.groupId)

/** Two rules are the same when everything but their id and description is. */
export const sameRule = (a: SecurityGroupRule, b: SecurityGroupRule) =>
  a.direction === b.direction &&
  a.protocol === b.protocol &&
  a.fromPort === b.fromPort &&
  a.toPort === b.toPort &&
  peerKey(a.peer) === peerKey(b.peer)

/** As EC2 spells a rule in InvalidPermission.Duplicate: `peer: sg-1, TCP, from port: 6443, to port: 6443, ALLOW`. */
export function spell({ peer, protocol, fromPort, toPort }: SecurityGroupRule): string {
  const ports = protocol === '-1' ? '' : `, from port: ${fromPort}, to port: ${toPort}`
  return `peer: ${peerKey(peer)}, ${protocol === '-1' ? 'ALL' : protocol.toUpperCase()}${ports}, ALLOW`
}

/** What every new group has: all traffic out. */
export const allEgress = (id: string): SecurityGroupRule => ({
  id,
  direction: 'egress',
  protocol: '-1',
  fromPort: -1,
  toPort: -1,
  peer: { cidr: '0.0.0.0/0' },
  description: undefined,
})

/** The group of machines that name none: its members may reach each other. */
export function defaultGroup({ id: vpcId, defaultGroupId: id }: Vpc): SecurityGroup {
  const within = { ...allEgress(`sgr-${id.slice(3)}`), direction: 'ingress', peer: { groupId: id } } as const
  return {
    ...{ id, vpcId },
    name: 'default',
    description: 'default VPC security group',
    rules: [within, allEgress(`sgr-1${id.slice(4)}`)],
  }
}

/** Groups other than `groupId` whose rules refer to it. */
export function referrers(groups: Iterable<SecurityGroup>, groupId: string): SecurityGroup[] {
  return [...groups].filter(
    ({ id, rules }) =>
      id !== groupId && rules.some(({ peer }) => 'groupId' in peer && peer.groupId === groupId),
  )
}
