import type { IpPermission } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { newId } from '../../world/ids.ts'
import type { Direction, Peer, SecurityGroupRule } from '../../world/security-group.ts'
import type { World } from '../../world/world.ts'
import { findGroup } from './find-group.ts'
import { refuseDescription } from './refuse-description.ts'

const invalid = (message: string) => new AwsFault('InvalidParameterValue', message)

/** Each peer of each permission is a rule of its own. @throws AwsFault what EC2 refuses, and what this cloud lacks */
export function readPermissions(
  world: World,
  direction: Direction,
  permissions: readonly IpPermission[],
): SecurityGroupRule[] {
  return permissions.flatMap((permission) => {
    const range = { ...protocolOf(permission.IpProtocol), ...portsOf(permission) }
    return peersOf(world, permission).map(({ peer, description }) => {
      refuseDescription(description ?? '')
      return { id: newId('sgr'), direction, ...range, peer, description }
    })
  })
}

function protocolOf(text = ''): Pick<SecurityGroupRule, 'protocol'> {
  const named: Readonly<Record<string, SecurityGroupRule['protocol']>> = {
    tcp: 'tcp',
    udp: 'udp',
    icmp: 'icmp',
    '-1': '-1',
    '1': 'icmp',
    '6': 'tcp',
    '17': 'udp',
  }
  const protocol = named[text.toLowerCase()]
  if (!protocol)
    throw invalid(`Invalid value '${text}' for IP protocol. The local cloud knows tcp, udp, icmp and -1.`)
  return { protocol }
}

function portsOf({ IpProtocol: protocol, FromPort: from, ToPort: to }: IpPermission) {
  if (protocol === '-1') return { fromPort: -1, toPort: -1 }
  if (from === undefined || to === undefined)
    throw invalid(`Invalid value '${protocol}' for portRange: both ends are required.`)
  const isIcmp = protocol === 'icmp' || protocol === '1'
  if (!isIcmp && (from < 0 || to > 65_535 || from > to))
    throw invalid(
      `Invalid value '${from}-${to}' for portRange. Must be between 0 and 65535, the lower first.`,
    )
  return { fromPort: from, toPort: to }
}

function peersOf(world: World, permission: IpPermission): { peer: Peer; description: string | undefined }[] {
  if (permission.Ipv6Ranges?.length || permission.PrefixListIds?.length)
    throw new AwsFault('UnsupportedOperation', 'the local cloud has neither IPv6 nor prefix lists')
  const ranges = (permission.IpRanges ?? []).map(({ CidrIp: cidr = '', Description: description }) => {
    refuseCidr(cidr)
    return { peer: { cidr }, description }
  })
  const groups = (permission.UserIdGroupPairs ?? []).map(({ GroupId, GroupName, Description }) => ({
    peer: { groupId: findGroup(world, { GroupId, GroupName }).id },
    description: Description,
  }))
  if (ranges.length + groups.length === 0)
    throw new AwsFault('MissingParameter', 'The request must contain a source or destination of the rule')
  return [...ranges, ...groups]
}

function refuseCidr(cidr: string): void {
  const [, address = '', prefix = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr) ?? []
  const octets = address.split('.').map(Number)
  if (address !== '' && octets.every((octet) => octet <= 255) && Number(prefix) <= 32) return
  throw invalid(`CIDR block ${cidr} is malformed`)
}
