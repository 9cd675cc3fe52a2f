import { expect, test } from '@jest/globals'
import type { Clock } from '../../src/kit/clock.ts'
import { UserError } from '../../src/kit/errors.ts'
import { createLog, silentLog } from '../../src/kit/log.ts'
import { type Probe, waitFor } from '../../src/kit/wait-for.ts'

/** A clock that moves only when someone sleeps. */
function sleepingClock(): Clock & { pauses: number[] } {
  let now = 0
  const pauses: number[] = []
  return {
    pauses,
    now: () => now,
    sleep: (milliseconds) => {
      pauses.push(milliseconds)
      now += milliseconds
      return Promise.resolve()
    },
  }
}

function setting(probe: () => Probe<string>, withinSeconds = 60) {
  const clock = sleepingClock()
  const lines: string[] = []
  const log = createLog({ write: (_, line) => lines.push(line.trim()), mask: () => {} }, clock.now)
  const wait = waitFor({
    what: 'three voters',
    withinSeconds,
    next: 'Look at server 2.',
    probe: async () => probe(),
    clock,
    log,
  })
  return { wait, clock, lines }
}

test('polls from 0.2 s and backs off to 5 s', async () => {
  let asked = 0
  const { wait, clock } = setting(() => (++asked > 40 ? { done: 'yes' } : { notYet: 'no' }), 600)
  await expect(wait).resolves.toBe('yes')
  expect(clock.pauses[0]).toBe(200)
  expect(clock.pauses.at(-1)).toBe(5000)
})

test('at the deadline it says what was missing and what to do next', async () => {
  const { wait, clock } = setting(() => ({ notYet: '2 of 3 members' }), 60)
  await expect(wait).rejects.toThrow(UserError)
  await expect(wait).rejects.toThrow('three voters: not within 60 s, still missing: 2 of 3 members')
  await expect(wait).rejects.toMatchObject({ hint: 'Look at server 2.' })
  expect(clock.now()).toBe(60_000)
})

test('a probe is told how long its own question may wait, and the last one that it may not', async () => {
  const left: number[] = []
  const clock = sleepingClock()
  const probe = async (secondsLeft: number): Promise<Probe<never>> => {
    left.push(secondsLeft)
    await clock.sleep(25_000)
    return { notYet: 'all' }
  }
  const late = (missing: string) => new UserError(`late, without ${missing}`)
  const wait = waitFor({ what: 'x', withinSeconds: 60, next: '', probe, late, clock, log: silentLog })
  await expect(wait).rejects.toThrow('late, without all')
  expect(left.map(Math.round)).toEqual([60, 35, 10, 0])
})

test('what is missing is said again only when it changes', async () => {
  const seen = ['1 of 3', '1 of 3', '2 of 3', '2 of 3']
  const { wait, lines } = setting(() => (seen.length ? { notYet: seen.shift() as string } : { done: 'x' }))
  await wait
  expect(lines.filter((line) => line.includes('three voters'))).toHaveLength(2)
})

test('a probe that throws ends the wait at once', async () => {
  const { wait, clock } = setting(() => {
    throw new UserError('the node crash-loops')
  })
  await expect(wait).rejects.toThrow('the node crash-loops')
  expect(clock.pauses).toEqual([])
})
