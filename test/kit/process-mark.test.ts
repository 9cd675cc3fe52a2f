import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { mayLive, processMark } from '../../src/kit/process-mark.ts'

test('a process lives until it has ended', async () => {
  const child = spawn('sleep', ['60'])
  const mark = processMark(child.pid)
  expect(mayLive(mark)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'close')
  expect(mayLive(mark)).toBe(false)
})

test('this process is not another one of its pid', () => {
  const [boot, namespace, pid] = processMark().split('/')
  expect(mayLive(processMark())).toBe(true)
  expect(mayLive([boot, namespace, pid, '1'].join('/'))).toBe(false)
})

test.each([
  ['of another machine', '0e9c4b8e-0000-4000-8000-000000000000/pid:[4026531836]/1/1'],
  ['of another container', processMark().replace(/pid:\[\d+\]/, 'pid:[1]')],
  ['that nobody could name', ''],
])('nobody knows of a process %s', (_, mark) => {
  expect(mayLive(mark)).toBe(true)
})
