import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { toNodeConfig } from '../../../../src/local-cloud/rke2/config/node-config.ts'
import { readConfig } from '../../../../src/local-cloud/rke2/config/read-config.ts'

const directory = mkdtempSync(join(tmpdir(), 'rke2-action-config-'))
afterAll(() => rmSync(directory, { recursive: true }))

function configFile(text: string, dropIns: Record<string, string> = {}): string {
  const file = join(mkdtempSync(join(directory, 'case-')), 'config.yaml')
  writeFileSync(file, text)
  mkdirSync(`${file}.d`)
  for (const [name, content] of Object.entries(dropIns)) writeFileSync(join(`${file}.d`, name), content)
  return file
}

test('later files win, a key with + appends, the command line wins over all', () => {
  const file = configFile('cni: canal\nnode-label: [a=1]\ntls-san: [x]\n', {
    '10.yaml': 'cni: cilium\nnode-label+: [b=2]\n',
    '20.yaml': 'tls-san: [y]\n',
    'notes.txt': 'cni: none\n',
  })
  const { values } = readConfig('server', file, ['--node-name', 'n1', '--disable-kube-proxy'])
  expect(Object.fromEntries(values)).toEqual({
    cni: ['cilium'],
    'node-label': ['a=1', 'b=2'],
    'tls-san': ['y'],
    'node-name': ['n1'],
    'disable-kube-proxy': ['true'],
  })
})

test.each([
  ['server', 'foo: bar', ['Unknown flag --foo found in config.yaml, skipping\n']],
  ['agent', 'cni: cilium', ['Unknown flag --cni found in config.yaml, skipping\n']],
  ['server', 'vpn-auth: x\ncni: cilium', ['Unknown flag --vpn-auth found in config.yaml, skipping\n']],
] as const)('%s with "%s" only warns', (role, text, warnings) => {
  expect(readConfig(role, configFile(text), []).warnings).toEqual(warnings)
})

test("bad YAML is refused in the words of RKE2's reader", () => {
  expect(() => readConfig('server', configFile('a: [b\n'), [])).toThrow(
    "yaml: line 1: did not find expected ',' or ']'",
  )
})

test('the token is masked in what the node tells of itself', () => {
  const { values } = readConfig('server', configFile('token: secret\nnode-ip: 10.0.0.1\n'), [])
  const { nodeArgs, token } = toNodeConfig('server', values)
  expect(token).toBe('secret')
  expect(nodeArgs).toEqual(['server', '--token', '********', '--node-ip', '10.0.0.1'])
})

test('only the profiles of today are known', () => {
  const { values } = readConfig('server', configFile('profile: cis-1.23\nnode-ip: 10.0.0.1\n'), [])
  expect(() => toNodeConfig('server', values)).toThrow('invalid value provided for --profile flag')
})
