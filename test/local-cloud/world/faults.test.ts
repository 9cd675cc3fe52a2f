import { expect, test } from '@jest/globals'
import type { CallFault } from '../../../src/local-cloud/world/fault.ts'
import { mixedFault } from '../../../src/local-cloud/world/fault-mix.ts'
import { createFaults, type Strike, strikeInWords } from '../../../src/local-cloud/world/faults.ts'

const ALL: CallFault[] = ['throttle', 'error-before', 'not-found', 'stale', 'error-after', 'lose-answer']

test('a fault strikes as often as it was asked for', () => {
  const faults = createFaults()
  faults.inject({ name: 'throttle:RunInstances', count: 2 })
  expect([1, 2, 3].map(() => faults.strikes('throttle:RunInstances'))).toEqual([true, true, false])
})

test.each([
  'nonsense',
  'throttle',
  'never-registers:i-1',
  'capacity:',
  'dies-at-launch',
  'dies-at-launch:Client.Nonsense',
  'capacity:eu-west-1a',
  'unknown-profile:node',
])('%s is no fault', (name) => {
  expect(() => createFaults().inject({ name, count: 1 })).toThrow(RangeError)
})

test('with a seed a fault passes some calls over, the same ones in every run', () => {
  const row = (seed: number) => {
    const faults = createFaults()
    faults.inject({ name: 'throttle:RunInstances', count: 4, seed })
    return Array.from({ length: 30 }, () => faults.strikes('throttle:RunInstances'))
  }
  expect(row(1)).toEqual(row(1))
  expect(row(1)).not.toEqual(row(2))
  expect(row(1).filter(Boolean)).toHaveLength(4)
  expect(row(1).lastIndexOf(true)).toBeGreaterThan(3)
})

test('a call meets the first fault that can strike it, and the others wait', () => {
  const faults = createFaults()
  faults.inject({ name: 'stale:DescribeInstances', count: 1 })
  faults.inject({ name: 'error-after:DescribeInstances', count: 1 })
  const next = (possible: CallFault[]) =>
    faults.strikesCall('DescribeInstances', { possible, byMachine: false })
  expect(next(['throttle', 'error-after'])).toBe('error-after')
  expect(next(['throttle', 'error-after'])).toBeUndefined()
  expect(next(['stale', 'error-after'])).toBe('stale')
})

const rowOf = (seed: number, operation: string, possible = ALL) =>
  Array.from({ length: 300 }, (_, nth) => mixedFault(seed, { operation, nth }, possible))

test('a seed is one row of faults for each operation: some calls, of every kind', () => {
  const row = rowOf(7, 'DescribeInstances')
  expect(rowOf(7, 'DescribeInstances')).toEqual(row)
  expect(rowOf(7, 'RunInstances')).not.toEqual(row)
  expect(rowOf(8, 'DescribeInstances')).not.toEqual(row)
  const struck = row.filter(Boolean).length
  expect(struck).toBeGreaterThan(300 * 0.1)
  expect(struck).toBeLessThan(300 * 0.3)
  expect(new Set(row)).toEqual(new Set([undefined, ...ALL]))
  expect(rowOf(7, 'DescribeInstances', ['throttle']).filter(Boolean)).toHaveLength(struck)
})

test('no more than three calls in a row are struck, but for an outage of eight', () => {
  const rows = Array.from({ length: 200 }, (_, seed) => rowOf(seed, 'DescribeInstances'))
  const windows = rows.flatMap((row) =>
    Array.from({ length: 37 }, (_, at) =>
      row
        .slice(at * 8, at * 8 + 8)
        .map((one) => (one ? 'x' : '.'))
        .join(''),
    ),
  )
  const outages = windows.filter((window) => window === 'xxxxxxxx').length
  expect(outages / windows.length).toBeCloseTo(0.005, 2)
  expect(windows.filter((window) => window !== 'xxxxxxxx' && !/^\.*x{0,3}\.*\.$/.test(window))).toEqual([])
})

test('a mix strikes no machine, and tells each strike so that its seed can be understood', () => {
  const strikes: Strike[] = []
  const faults = createFaults((strike) => strikes.push(strike))
  faults.mix(7)
  const ask = (byMachine: boolean) => faults.strikesCall('GetParameter', { possible: ALL, byMachine })
  const machine = Array.from({ length: 100 }, () => ask(true))
  expect(machine.filter(Boolean)).toEqual([])
  const others = Array.from({ length: 100 }, () => ask(false))
  expect(others).toEqual(rowOf(7, 'GetParameter').slice(0, 100))
  const [first] = strikes
  expect(first?.call).toBe(others.findIndex(Boolean) + 1)
  expect(first && strikeInWords(first)).toMatch(/^fault [\w-]+:GetParameter struck its call \d+ \(seed 7\)$/)
  faults.clear()
  expect(Array.from({ length: 100 }, () => ask(false)).filter(Boolean)).toEqual([])
})
