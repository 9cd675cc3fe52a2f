import { expect, test } from '@jest/globals'
import { readOptions } from '../../src/show/options.ts'

test('three servers and three agents, unless told otherwise', () => {
  expect(readOptions([])).toMatchObject({ servers: '3', agents: '3', keep: false, speed: 20 })
  expect(readOptions(['--servers', '5', '--agents', '10', '--keep'])).toMatchObject({
    servers: '5',
    agents: '10',
    keep: true,
  })
})

test('a seed of faults is a number', () => {
  expect(readOptions([])['fault-seed']).toBeUndefined()
  expect(readOptions(['--fault-seed', '7'])['fault-seed']).toBe(7)
})

test.each([
  [['--server', '3']],
  [['--speed', '0']],
  [['--speed', 'fast']],
  [['--fault-seed', 'x']],
  [['--fault-seed', '1.5']],
  [['--agents', 'x']],
  [['extra']],
])('%p is refused, naming --help', (args) => {
  expect(() => readOptions(args)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('--help') }),
  )
})

test('all faults are told at once', () => {
  expect(() => readOptions(['--agents', 'x', '--speed', '500'])).toThrow(
    '--agents: write a whole number\n--speed: write 1 to 100',
  )
})
