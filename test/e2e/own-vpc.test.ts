import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Cloud, startCloud } from './cloud.ts'

let cloud: Cloud
beforeAll(async () => {
  cloud = await startCloud()
}, 60_000)
afterAll(() => cloud.stop())

const cluster = { 'cluster-name': 'demo', servers: '1', agents: '1', 'min-zones': '1' }

test('a cluster in a VPC of its own comes up on real machines, and all of it goes', async () => {
  const up = await cloud.act('cluster', { ...cluster, 'create-vpc': 'true' })
  expect(up.log).toMatch(
    /VPC vpc-\w+ \(10\.40\.0\.0\/16\) with public subnets in eu-west-1a, eu-west-1b, eu-west-1c/,
  )
  expect(up.exitCode).toBe(0)
  const down = await cloud.act('teardown', { 'cluster-name': 'demo' })
  expect(down.log).toMatch(/nothing is left: .* 0 internet gateways, 0 subnets, 0 route tables, 0 VPCs/)
  expect(down.exitCode).toBe(0)
}, 240_000)
