import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { closePort } from './close-port.ts'
import { type Cloud, startCloud } from './cloud.ts'
import { onNode } from './run-command.ts'

// Each verdict that turns a job red is shown to turn red, because the thing that it guards was broken.

let cloud: Cloud
const name = { 'cluster-name': 'broken' }

beforeAll(async () => {
  cloud = await startCloud()
  const up = await cloud.act('cluster', {
    ...name,
    servers: '3',
    agents: '2',
    checks: 'etcd,nodes,connectivity',
    wireguard: 'false',
  })
  if (up.exitCode !== 0) throw new Error(up.log)
}, 300_000)
afterAll(() => cloud.stop())

const verify = (checks: string) => cloud.act('verify-ha', { ...name, checks, 'settle-time': '5s' })

test('UDP 8472 closed by the security group: connectivity fails, and the port is named', async () => {
  const open = await closePort(cloud, 'broken', 8472)
  // Flows that the firewall tracks already live on, as on AWS, until they were idle for a while.
  await onNode(cloud, 'broken-server-1', 'sleep 1')
  const red = await verify('connectivity')
  expect(red.exitCode).toBe(1)
  expect(red.log).toMatch(/✗ connectivity: [\s\S]*8472/)
  expect(red.outputs['verdict']).toBe('fail')
  await open()
  expect((await verify('connectivity')).exitCode).toBe(0)
}, 180_000)

test('the VXLAN device of an agent taken down: conformance fails, naming its network test', async () => {
  await onNode(cloud, 'broken-agent-1', 'ip link set cilium_vxlan down')
  const red = await verify('conformance')
  expect(red.exitCode).toBe(1)
  expect(red.log).toMatch(/✗ conformance: /)
  expect(red.log).toMatch(/\[sig-network\]/)
  await onNode(cloud, 'broken-agent-1', 'ip link set cilium_vxlan up')
}, 240_000)

test('one etcd killed: the job is red, and the server is named', async () => {
  await onNode(cloud, 'broken-server-3', 'systemctl stop rke2-server; pkill -9 -x etcd; true')
  const red = await verify('etcd')
  expect(red.exitCode).toBe(1)
  expect(red.log).toMatch(/✗ etcd: [\s\S]*broken-server-3/)
}, 180_000)

test('two etcds killed: quorum is lost, and the job is red', async () => {
  await onNode(cloud, 'broken-server-2', 'systemctl stop rke2-server; pkill -9 -x etcd; true')
  const red = await verify('etcd,api')
  expect(red.exitCode).toBe(1)
  expect(red.log).toMatch(/✗ etcd: [\s\S]*quorum/)
  expect(red.log).toMatch(/✗ api: /)
}, 240_000)

test('a cluster without quorum is still taken away whole', async () => {
  const run = await cloud.act('teardown', name)
  expect(run.log).toMatch(/nothing is left/)
  expect(run.exitCode).toBe(0)
}, 180_000)
