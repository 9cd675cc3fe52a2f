import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { startTimeOf } from '../../src/kit/start-time.ts'

test('a process has the time of its start, whatever its name holds, until it has ended', async () => {
  const child = spawn('bash', ['-c', "printf 'a) Z 1 (b' >/proc/$$/comm; echo named; read -r"])
  const { pid = 0 } = child
  await once(child.stdout, 'data')
  expect(Number(startTimeOf(pid))).toBeGreaterThanOrEqual(Number(startTimeOf(process.pid)))
  child.kill('SIGKILL')
  await once(child, 'close')
  expect(startTimeOf(pid)).toBeUndefined()
})
