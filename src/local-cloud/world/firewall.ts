import type { FirewallRule } from '../machines/hypervisor.ts'
import type { NetworkInterface } from './network-interface.ts'
import type { SecurityGroup, SecurityGroupRule } from './security-group.ts'

/**
 * The whole firewall: each security group resolved to the addresses of its members. An interface without groups is a
 * balancer's and admits everything. What leaves a machine is never filtered (the services refuse to narrow egress).
 */
export function firewallOf(
  interfaces: Iterable<NetworkInterface>,
  groups: ReadonlyMap<string, SecurityGroup>,
): FirewallRule[] {
  const all = [...interfaces]
  const members = membersByGroup(all)
  const rules = all.flatMap(({ privateIp, groupIds }) => {
    if (groupIds.length === 0)
      return [{ to: privateIp, from: '0.0.0.0/0', protocol: 'all' } satisfies FirewallRule]
    return groupIds
      .flatMap((groupId) => groups.get(groupId)?.rules ?? [])
      .filter(({ direction }) => direction === 'ingress')
      .flatMap((rule) => admissions(privateIp, rule, members))
  })
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()]
}

function membersByGroup(interfaces: readonly NetworkInterface[]): Map<string, string[]> {
  const members = new Map<string, string[]>()
  for (const { groupIds, privateIp } of interfaces)
    for (const groupId of groupIds) members.set(groupId, [...(members.get(groupId) ?? []), privateIp])
  return members
}

function admissions(
  to: string,
  { peer, protocol, fromPort, toPort }: SecurityGroupRule,
  members: ReadonlyMap<string, string[]>,
): FirewallRule[] {
  const sources = 'cidr' in peer ? [peer.cidr] : (members.get(peer.groupId) ?? [])
  const withPorts = protocol === 'tcp' || protocol === 'udp'
  return sources.map((from) => ({
    to,
    from,
    protocol: protocol === '-1' ? 'all' : protocol,
    ...(withPorts && { ports: [fromPort, toPort] as [number, number] }),
  }))
}
