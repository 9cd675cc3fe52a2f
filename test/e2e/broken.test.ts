import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Cloud, startCloud } from './cloud.ts'
import { ec2, onNode } from './run-command.ts'

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

/** The rules of the nodes' group that open UDP 8472. */
async function vxlanRules() {
  const { SecurityGroups } = await ec2(cloud).send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag:rke2-action:cluster', Values: ['broken'] }] }),
  )
  return (SecurityGroups ?? []).flatMap(({ GroupId, IpPermissions }) =>
    (IpPermissions ?? [])
      .filter(({ IpProtocol, FromPort }) => IpProtocol === 'udp' && FromPort === 8472)
      .map((permission) => ({ GroupId, IpPermissions: [permission] })),
  )
}

test('UDP 8472 closed by the security group: connectivity fails, and the port is named', async () => {
  const rules = await vxlanRules()
  expect(rules).toHaveLength(1)
  for (const rule of rules) await ec2(cloud).send(new RevokeSecurityGroupIngressCommand(rule))
  // Flows that the firewall tracks already live on, as on AWS, until they were idle for a while.
  await onNode(cloud, 'broken-server-1', 'sleep 1')
  const red = await verify('connectivity')
  expect(red.exitCode).toBe(1)
  expect(red.log).toMatch(/✗ connectivity: [\s\S]*8472/)
  expect(red.outputs['verdict']).toBe('fail')
  for (const rule of rules) await ec2(cloud).send(new AuthorizeSecurityGroupIngressCommand(rule))
  expect((await verify('connectivity')).exitCode).toBe(0)
}, 180_000)

test('a kubelet gone from a node: conformance fails on that cluster, with the test by name', async () => {
  await onNode(cloud, 'broken-agent-1', 'ip link set cilium_vxlan down')
  const red = await verify('conformance')
  expect(red.exitCode).toBe(1)
  expect(red.log).toMatch(/✗ conformance: /)
  expect(red.log).toMatch(/\[sig-network\]/)
  await onNode(cloud, 'broken-agent-1', 'ip link set cilium_vxlan up')
}, 240_000)

test('one etcd killed: degraded, and the job is red', async () => {
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
