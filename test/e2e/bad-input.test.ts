import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { runAction } from '../../src/show/run-action.ts'
import { dist } from './cloud.ts'

// Stands where AWS would be: whatever reaches it was asked before the inputs were found to be right.
let calls = 0
const aws = createServer((_, response) => {
  calls++
  response.writeHead(500).end()
})
const directory = mkdtempSync(join(tmpdir(), 'rke2-action-bad-'))

beforeAll(() => new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve)))
beforeEach(() => {
  calls = 0
})
afterAll(() => {
  aws.close()
  rmSync(directory, { recursive: true })
})

async function refusal(door: string, inputs: Record<string, string>): Promise<string> {
  const lines: string[] = []
  const endpoint = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`
  const { exitCode } = await runAction({
    door: join(dist, door, 'index.js'),
    inputs: { 'channel-url': `${endpoint}/channels`, ...inputs },
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIAX',
      AWS_SECRET_ACCESS_KEY: 'x',
    },
    directory,
    signal: new AbortController().signal,
    onLine: (line) => lines.push(line.replaceAll('%0A', '\n')),
  })
  expect(exitCode).toBe(1)
  expect(calls).toBe(0)
  return lines.join('\n')
}

const name = { 'cluster-name': 'demo' }

test.each([
  ['two servers', { servers: '2' }, /servers: .*2.*(3|1)/],
  ['four servers', { servers: '4' }, /servers: .*4.*(3|5)/],
  ['overlapping CIDRs', { 'service-cidr': '10.42.128.0/17' }, /overlap/],
  [
    'a role label, which a kubelet refuses',
    { 'agent-labels': 'node-role.kubernetes.io/worker=true' },
    /agent-labels: .*node-role/,
  ],
  ['a malformed version', { 'rke2-version': '1.35' }, /rke2-version: .*v1\.35/],
  [
    'an obsolete Cilium value',
    { 'cilium-values': 'hostServices:\n  enabled: true' },
    /cilium-values: .*socketLB/,
  ],
  ['an unknown key in config', { config: 'server: 3' }, /config.*server/],
])('%s is refused before the first AWS call', async (_, inputs, said) => {
  expect(await refusal('cluster', { ...name, ...(inputs as Record<string, string>) })).toMatch(said)
})

test('a name that AWS would refuse', async () => {
  expect(await refusal('cluster', { 'cluster-name': 'My_Cluster' })).toMatch(
    /cluster-name: write 1 to 27 lower-case/,
  )
})

test('an unknown key in a config file is named', async () => {
  const config = join(directory, 'cluster.yaml')
  writeFileSync(config, 'servers: 3\nagent: 2\n')
  expect(await refusal('cluster', { ...name, config })).toMatch(/agent\b/)
})

test('all faults are told at once', async () => {
  const said = await refusal('cluster', { 'cluster-name': 'demo', servers: '4', agents: 'many', ttl: 'soon' })
  expect(said).toMatch(/3 inputs are not right/)
  expect(said).toMatch(/servers: [\s\S]*agents: [\s\S]*ttl: /)
})

test.each([
  'provision-nodes',
  'bootstrap-first-server',
  'join-servers',
  'join-agents',
  'install-cilium',
  'verify-ha',
  'teardown',
])('%s refuses a bad name and a bad timeout, both at once', async (door) => {
  const said = await refusal(door, { 'cluster-name': '9lives', timeout: 'soon', 'settle-time': 'soon' })
  expect(said).toMatch(/cluster-name: /)
  expect(said).toMatch(/(timeout|settle-time): /)
})

test('sweep refuses a dry-run that is neither yes nor no', async () => {
  expect(await refusal('sweep', { 'dry-run': 'perhaps' })).toMatch(/dry-run: /)
})
