import { expect, test } from '@jest/globals'
import type { ClusterNode } from '../../src/cluster/nodes.ts'
import type { MachineWish } from '../../src/cluster/plan.ts'
import {
  chargesOf,
  chargesSoFar,
  costOf,
  endByTimer,
  machinesByType,
  missingMachines,
  priceListRegion,
} from '../../src/cluster/price.ts'

const wishes: MachineWish[] = [
  { role: 'server', group: undefined, count: 3, instanceTypes: ['m6i.large'], volumeGib: 30 },
  { role: 'agent', group: 'agents', count: 2, instanceTypes: ['t3.large', 'm6i.large'], volumeGib: 30 },
]
const node = (role: 'server' | 'agent', index: number, instanceType: string) =>
  ({ role, index, instanceType }) as ClusterNode

test.each([
  ['nothing stands', [], [], { 'm6i.large': 3, 't3.large': 2 }],
  ['what stands is of another type', [node('server', 2, 't3.large')], [], { 't3.large': 3, 'm6i.large': 2 }],
  [
    'more stands than is asked for',
    [],
    [1, 2, 3].map((at) => node('agent', at, 't3.large')),
    {
      't3.large': 3,
      'm6i.large': 3,
    },
  ],
])('%s', (_, servers, agents, count) => {
  expect(Object.fromEntries(machinesByType({ servers, agents }, wishes))).toEqual(count)
})

test('machines and the balancer by the hour, volumes by the month', () => {
  const machines = new Map([['t3.large', 6]])
  const charges = chargesOf({
    ...{ machines, region: 'eu-west-1', volumeGib: 30, dataGib: 20 },
    addresses: 0,
    interfaces: 0,
  })
  expect(charges.map(({ rate, quantity }) => `${quantity} ${rate.what}`)).toEqual([
    '6 t3.large',
    '200 gp3 volumes',
    '1 network load balancer',
  ])
  const usd = [0.5, 0.073, 0.02]
  const cost = costOf(
    charges.map((charge, at) => ({ ...charge, usd: usd[at] ?? 0 })),
    4,
  )
  expect(cost.lines.map(({ usdPerHour }) => usdPerHour)).toEqual([3, (200 * 0.073) / 730, 0.02])
  expect(cost.usdPerHour).toBeCloseTo(3.04, 10)
  expect(cost.usdUntilExpiry).toBeCloseTo(12.16, 10)
})

test.each([
  ['eu-west-1', 'eu-central-1'],
  ['me-south-1', 'eu-central-1'],
  ['us-west-2', 'us-east-1'],
  ['ap-northeast-1', 'ap-south-1'],
  ['us-gov-west-1', undefined],
  ['cn-north-1', undefined],
])('the price list of %s is asked in %s', (region, endpoint) => {
  expect(priceListRegion(region)).toBe(endpoint)
})

const HOUR = 3_600_000

test('so far: machines until their end, balancers and endpoints since they were made', () => {
  const ended = (endedAt: number | undefined) => ({ instanceType: 't3.large', launchedAt: HOUR, endedAt })
  const machines = [ended(undefined), ended(2 * HOUR), ended(Number.NaN)]
  const charges = chargesSoFar(
    { machines, balancers: [0], endpoints: [{ createdAt: 3 * HOUR, interfaces: 2 }] },
    'eu-west-1',
    4 * HOUR,
  )
  expect(charges.map(({ rate, quantity }) => `${quantity} ${rate.what}`)).toEqual([
    '4 t3.large',
    '4 network load balancer',
    '2 interfaces of VPC endpoints',
  ])
  expect(missingMachines(machines)).toBe('nothing tells when 1 of its machines ended')
  expect(missingMachines(machines.slice(0, 2))).toBeUndefined()
  expect(missingMachines([])).toBe('its machines are gone')
  expect(chargesSoFar({ machines: [], balancers: [], endpoints: [] }, 'eu-west-1', HOUR)).toEqual([])
})

test.each([
  ['its own timer, when its time was over', 'Client.InstanceInitiatedShutdown', 5, 5],
  ['somebody inside it, before', 'Client.InstanceInitiatedShutdown', 7, Number.NaN],
  ['AWS', 'Server.SpotInstanceTermination', 5, Number.NaN],
])('a machine was ended by %s', (_, reason, expiresAt, end) => {
  expect(endByTimer(reason, expiresAt, 6)).toBe(end)
})
