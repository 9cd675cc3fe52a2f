import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { causeIn } from '../../../../src/cluster/causes.ts'
import { type SandboxNode, until } from '../sandbox.ts'
import { type Cluster, FIRST } from './cluster.ts'

/** The last line of a level: addresses and hashes as signs. */
function lastWord(journal: string, level: 'fatal' | 'info' | 'warning'): string {
  const said = [...journal.matchAll(new RegExp(`level=${level} msg="(.*)"$`, 'gm'))].at(-1)?.[1] ?? ''
  return said.replace(/\d+\.\d+\.\d+\.\d+/g, 'ADDRESS').replace(/[0-9a-f]{64}/g, 'HASH')
}

interface Row {
  recorded: string
  role: 'server' | 'agent'
  config: (cluster: Cluster) => string
}

const server = `server: https://${FIRST}:9345\n`

/** Each fails as the genuine one did, and is called by the same name. */
const ROWS: readonly Row[] = [
  { recorded: 'wrong-token', role: 'server', config: () => `${server}token: nope\n` },
  {
    recorded: 'full-token-wrong-password',
    role: 'server',
    config: ({ fullToken }) => `${server}token: ${fullToken}x\n`,
  },
  {
    recorded: 'wrong-ca-hash',
    role: 'server',
    config: () => `${server}token: K10${'a'.repeat(64)}::server:x\n`,
  },
  { recorded: 'no-token', role: 'server', config: () => server },
  {
    recorded: 'unreachable-server',
    role: 'server',
    config: () => 'server: https://172.31.0.99:9345\ntoken: x\n',
  },
  { recorded: 'wrong-port', role: 'server', config: () => `server: https://${FIRST}:6443\ntoken: x\n` },
  {
    recorded: 'other-cluster-cidr',
    role: 'server',
    config: ({ secret }) => `${server}token: ${secret}\ncluster-cidr: 10.52.0.0/16\n`,
  },
  { recorded: 'bad-yaml', role: 'server', config: () => 'token: [a\n' },
  { recorded: 'bogus-profile', role: 'server', config: () => 'profile: cis-1.23\n' },
  { recorded: 'agent-no-token', role: 'agent', config: () => server },
  { recorded: 'agent-no-server', role: 'agent', config: () => 'token: x\n' },
]

const WAITING: readonly Row[] = [
  { recorded: 'agent-wrong-token', role: 'agent', config: () => `${server}token: nope\n` },
  {
    recorded: 'agent-duplicate-name',
    role: 'agent',
    config: ({ secret }) => `${server}token: ${secret}\nnode-name: n4\n`,
  },
]

/** What a failed start says. All are started together. */
export function failureRows(cluster: Cluster): void {
  const machines = new Map<string, SandboxNode>()
  const journal = (row: string) => machines.get(row)?.journal() ?? ''
  const recorded = (row: string) => readFileSync(`test/fixtures/rke2/journals/${row}.txt`, 'utf8')
  const starts = async (row: string, role: Row['role'], config: string, at: number) => {
    const node = await cluster.sandbox.node(`x${at}`, `172.31.0.${31 + at}`)
    machines.set(row, node)
    // The kernel's settings are the host's, which may be prepared; the user that a profile wants is not here in any case.
    if (row === 'cis')
      node.bash('grep -v ^etcd: /etc/passwd >/run/passwd; mount --bind /run/passwd /etc/passwd')
    node.start(role, config)
  }

  describe('failed starts', () => {
    beforeAll(async () => {
      const join = `${server}token: ${cluster.secret}\n`
      const rows: [string, Row['role'], string][] = [
        ...[...ROWS, ...WAITING].map(
          ({ recorded: row, role, config }) => [row, role, config(cluster)] as [string, Row['role'], string],
        ),
        ['label', 'agent', `${join}node-label: [node-role.kubernetes.io/worker=true]\n`],
        ['unreachable agent', 'agent', 'server: https://172.31.0.99:9345\ntoken: x\n'],
        ['cis', 'server', 'profile: cis\n'],
        ['reused name', 'server', `${join}node-name: n2\n`],
      ]
      for (const [at, [row, role, config]] of rows.entries()) await starts(row, role, config, at)
    }, 180_000)

    test.each(ROWS.map(({ recorded: row }) => row))('%s: ends, in the genuine words', async (row) => {
      await until(() => journal(row).includes('level=fatal'), row)
      expect(lastWord(journal(row), 'fatal')).toBe(lastWord(recorded(row), 'fatal'))
      expect(causeIn(journal(row))).toEqual(causeIn(recorded(row)))
    })

    test.each(WAITING.map(({ recorded: row }) => row))('%s: asks again and again', async (row) => {
      await until(() => journal(row).split('Waiting to retrieve').length > 3, row)
      expect(journal(row)).not.toContain('level=fatal')
      const word = /server is not ready: .*/
      expect(word.exec(lastWord(journal(row), 'info'))).toEqual(word.exec(lastWord(recorded(row), 'info')))
      machines.get(row)?.stop('SIGTERM')
      await until(() => journal(row).includes('level=fatal'), 'the last word')
      expect(lastWord(journal(row), 'fatal')).toBe(lastWord(recorded(row), 'fatal'))
    })

    test('an agent whose server can’t be reached keeps trying', async () => {
      await until(() => journal('unreachable agent').split('Failed to validate').length > 2, 'two tries')
      expect(journal('unreachable agent')).not.toContain('level=fatal')
      expect(causeIn(journal('unreachable agent'))?.cause).toMatch(/port 9345/)
    })

    test('a label that is not for a node to set: no Node, the reason in the kubelet’s log only', async () => {
      await until(() => journal('label').split('Kubelet exited: exit status 1').length > 2, 'two exits')
      expect(machines.get('label')?.bash('cat /var/lib/rancher/rke2/agent/logs/kubelet.log')).toContain(
        'node-role.kubernetes.io/worker',
      )
      expect(journal('label')).not.toContain('node-role.kubernetes.io')
    })

    test('profile: cis on a machine that is not prepared', async () => {
      await until(() => journal('cis').includes('level=fatal'), 'the end')
      expect(lastWord(journal('cis'), 'fatal')).toMatch(/invalid kernel parameter value|missing required/)
    })

    test('a server with the name of another', async () => {
      await until(() => journal('reused name').includes('level=fatal'), 'the end')
      expect(causeIn(journal('reused name'))?.cause).toMatch(/registered before/)
    })
  })
}
