import { expect, test } from '@jest/globals'
import { firewallRuleset } from '../../../src/local-cloud/machines/firewall.ts'
import type { FirewallRule } from '../../../src/local-cloud/machines/hypervisor.ts'

const rule = (more: Partial<FirewallRule>): FirewallRule => ({
  to: '172.31.0.4',
  from: '172.31.0.5',
  protocol: 'tcp',
  ...more,
})

test('nothing is admitted without rules, but answers and the services of the link', () => {
  const text = firewallRuleset([])
  expect(text).toContain('chain admit {\n  }')
  expect(text).toContain(
    'type filter hook forward priority 0; policy drop;\n    ct state established,related accept',
  )
  expect(text).toContain('ip daddr 169.254.169.253 meta l4proto { tcp, udp } th dport 53 accept')
})

test('the former state goes in the same transaction', () => {
  expect(firewallRuleset([])).toMatch(/^add table inet vpc\ndelete table inet vpc\ntable inet vpc \{\n/)
})

const lines: [string, FirewallRule[], string[]][] = [
  ['one port', [rule({ ports: [6443, 6443] })], ['ip saddr { 172.31.0.5 } tcp dport 6443 accept']],
  [
    'a range',
    [rule({ ports: [30_000, 32_767], protocol: 'udp' })],
    ['ip saddr { 172.31.0.5 } udp dport 30000-32767 accept'],
  ],
  ['every port', [rule({})], ['ip saddr { 172.31.0.5 } meta l4proto tcp accept']],
  ['everything', [rule({ protocol: 'all' })], ['ip saddr { 172.31.0.5 } accept']],
  ['ping', [rule({ protocol: 'icmp' })], ['ip saddr { 172.31.0.5 } meta l4proto icmp accept']],
  [
    'sources that share a port share a line, each once',
    [rule({ ports: [1, 1], from: '172.31.0.6/32' }), rule({ ports: [1, 1] }), rule({ ports: [1, 1] })],
    ['ip saddr { 172.31.0.6, 172.31.0.5 } tcp dport 1 accept'],
  ],
  [
    'a network has a line of its own',
    [rule({ from: '172.31.0.0/16' })],
    ['ip saddr 172.31.0.0/16 meta l4proto tcp accept'],
  ],
  ['the whole world needs no match', [rule({ from: '0.0.0.0/0', ports: [22, 22] })], ['tcp dport 22 accept']],
  ['IPv6 sources are no concern of an IPv4 VPC', [rule({ from: '::/0' })], []],
]
test.each(lines)('%s', (_, rules, expected) => {
  const chain =
    firewallRuleset(rules).match(/chain to-172-31-0-4 \{\n([^}]*(?:\{[^}]*\}[^}]*)*?) {2}\}/)?.[1] ?? ''
  expect(
    chain
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  ).toEqual(expected)
})
