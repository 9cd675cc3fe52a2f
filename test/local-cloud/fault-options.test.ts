import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { type FaultFlags, readFaultFlags } from '../../src/local-cloud/fault-options.ts'

const directory = mkdtempSync(join(tmpdir(), 'rke2-action-faults-'))
afterAll(() => rmSync(directory, { recursive: true }))

function file(text: string): string {
  const path = join(directory, 'faults.yaml')
  writeFileSync(path, text)
  return path
}

const flags = (given: Partial<FaultFlags>): FaultFlags => ({
  ...{ fault: [], faults: undefined, 'fault-seed': undefined, throttling: undefined },
  ...given,
})

test.each([
  ['throttle:RunInstances', { name: 'throttle:RunInstances', count: 1 }],
  ['throttle:RunInstances=3', { name: 'throttle:RunInstances', count: 3 }],
  ['stale:DescribeInstances=3@7', { name: 'stale:DescribeInstances', count: 3, seed: 7 }],
  ['never-registers@7', { name: 'never-registers', count: 1, seed: 7 }],
  ['capacity:eu-west-1a/t3.large=2', { name: 'capacity:eu-west-1a/t3.large', count: 2 }],
])('--fault %s', (text, fault) => {
  expect(readFaultFlags(flags({ fault: [text] }))).toEqual({ faults: [fault], throttling: 'off' })
})

test('a file, in YAML or JSON, and flags beside it that win', () => {
  const yaml = `
seed: 3
throttling: aws
faults:
  - lose-answer:CreateLoadBalancer
  - { name: never-registers, count: 2 }
`
  const faults = [
    { name: 'lose-answer:CreateLoadBalancer', count: 1 },
    { name: 'never-registers', count: 2 },
  ]
  expect(readFaultFlags(flags({ faults: file(yaml) }))).toEqual({ faults, seed: 3, throttling: 'aws' })
  const json = JSON.stringify({ seed: 3, throttling: 'aws', faults })
  const more = flags({
    faults: file(json),
    fault: ['vcpu-quota'],
    'fault-seed': '9',
    throttling: 'off',
  })
  expect(readFaultFlags(more)).toEqual({
    faults: [...faults, { name: 'vcpu-quota', count: 1 }],
    seed: 9,
    throttling: 'off',
  })
})

function refusal(given: Partial<FaultFlags>): string[] {
  try {
    readFaultFlags(flags(given))
    return []
  } catch (error) {
    return (error as Error).message.split('\n')
  }
}

test('every mistake is told at once, with its place', () => {
  const path = file(
    'faults: [throttle:Frobnicate, { name: stale, count: 0 }, { nam: x }]\nthrottle: aws\nseed: -1\n',
  )
  const told = refusal({
    ...{ fault: ['flood', 'throttle:RunInstances=x'], faults: path },
    ...{ 'fault-seed': 'seven', throttling: 'gcp' },
  })
  expect(told).toEqual([
    expect.stringMatching(/^--fault\.0\.name: no fault is called flood; there are throttle, /),
    expect.stringMatching(/^--fault\.1\.name: throttle:RunInstances=x: the local cloud knows no operation/),
    expect.stringMatching(/^--fault-seed: /),
    expect.stringMatching(/^--throttling: .*off.*aws/),
    `${path}: faults.0.name: throttle:Frobnicate: the local cloud knows no operation Frobnicate`,
    expect.stringContaining('faults.1.name: stale takes an operation that reads'),
    expect.stringContaining('faults.1.count: '),
    expect.stringContaining('faults.2.name: '),
    expect.stringContaining('faults.2: Unrecognized key: "nam"'),
    expect.stringContaining('seed: '),
    expect.stringContaining('Unrecognized key: "throttle"'),
  ])
})

test('a file that is not there, or no YAML, is named', () => {
  expect(refusal({ faults: '/nowhere/faults.yaml' })[0]).toMatch(/^--faults \/nowhere\/faults.yaml: ENOENT/)
  expect(refusal({ faults: file('faults: [') })[0]).toMatch(/^--faults .*faults.yaml: /)
})
