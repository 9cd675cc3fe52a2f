import type { FirewallRule } from './hypervisor.ts'

/** Addresses that AWS answers in every VPC whatever the security groups say. */
export const API_ADDRESS = '169.254.169.251'
export const RESOLVER_ADDRESS = '169.254.169.253'
export const METADATA_ADDRESS = '169.254.169.254'

/** Where VPCs have their addresses. */
const VPC_RANGES = '{ 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 }'

const isAddress = (from: string) => !from.includes('/') || from.endsWith('/32')
const chainOf = (address: string) => `to-${address.replaceAll('.', '-')}`

/** What of a packet a rule looks at, besides its addresses. */
function matchOf({ protocol, ports }: FirewallRule): string {
  if (protocol === 'all') return ''
  if (protocol === 'icmp') return 'meta l4proto icmp '
  if (!ports) return `meta l4proto ${protocol} `
  const [first, last] = ports
  return `${protocol} dport ${first === last ? first : `${first}-${last}`} `
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

/** One line admits all single addresses that share ports; each network has a line of its own, for sets must not overlap. */
function linesOf(match: string, rules: readonly FirewallRule[]): string[] {
  const froms = [...new Set(rules.map((rule) => rule.from.replace(/\/32$/, '')))]
  const addresses = froms.filter(isAddress)
  const networks = froms.filter((from) => !isAddress(from))
  return [
    ...(addresses.length ? [`ip saddr { ${addresses.join(', ')} } ${match}accept`] : []),
    ...networks.map((network) =>
      network === '0.0.0.0/0' ? `${match}accept` : `ip saddr ${network} ${match}accept`,
    ),
  ]
}

const chain = (name: string, lines: readonly string[]) =>
  `  chain ${name} {\n${lines.map((line) => `    ${line}\n`).join('')}  }\n`

/**
 * The security groups of the VPC as one nftables script that takes the place of the former state at once.
 * Machines meet one another in `forward`, a balancer's clients in `input`, a balancer and its targets in `output`.
 * IPv6 sources are left out: the VPC has none.
 */
export function firewallRuleset(rules: readonly FirewallRule[]): string {
  const targets = groupBy(
    rules.filter((rule) => !rule.from.includes(':')),
    (rule) => rule.to,
  )
  const chains = [...targets].map(([address, own]) =>
    chain(
      chainOf(address),
      [...groupBy(own, matchOf)].flatMap(([match, alike]) => linesOf(match, alike)),
    ),
  )
  const jumps = [...targets.keys()].map((address) => `${address} : jump ${chainOf(address)}`)
  const dispatch = jumps.length ? [`ip daddr vmap { ${jumps.join(', ')} }`] : []
  const known = 'ct state established,related accept'
  const services = [
    `ip daddr { ${API_ADDRESS}, ${METADATA_ADDRESS} } tcp dport 80 accept`,
    `ip daddr ${RESOLVER_ADDRESS} meta l4proto { tcp, udp } th dport 53 accept`,
  ]
  return [
    'add table inet vpc\ndelete table inet vpc\ntable inet vpc {\n',
    ...chains,
    chain('admit', dispatch),
    chain('admit-or-drop', ['jump admit', 'drop']),
    chain('forward', ['type filter hook forward priority 0; policy drop;', known, 'jump admit']),
    chain('input', [
      'type filter hook input priority 0; policy drop;',
      known,
      'iif lo accept',
      ...services,
      'jump admit',
    ]),
    chain('output', [
      'type filter hook output priority 0; policy accept;',
      known,
      `ip saddr ${VPC_RANGES} ip daddr ${VPC_RANGES} oif != lo goto admit-or-drop`,
    ]),
    '}\n',
  ].join('')
}
