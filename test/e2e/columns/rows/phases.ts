import { expect } from '@jest/globals'
import type { Run } from '../../cloud.ts'
import { machines } from '../../run-command.ts'
import { CLUSTER, type Column, type Row, type Seen, seenIn } from '../row.ts'

// Without WireGuard, so that pods meet on UDP 8472, which a row closes.
export const WHOLE = { 'cluster-name': CLUSTER, servers: '3', agents: '2', wireguard: 'false' }
export const NAMED = { 'cluster-name': CLUSTER }

export function phase(door: string, inputs: Record<string, string>, said: RegExp): Row {
  return {
    kind: 'phase',
    name: door,
    async run({ cloud }) {
      const seen = seenIn(await cloud.act(door, inputs), 'pass', said)
      expect(Object.keys(await machines(cloud))).toHaveLength(5)
      return seen
    },
  }
}

/** Killed so that no handler of it runs, as when its runner is lost. The row after it finds what was left. */
export function killed(door: string, inputs: Record<string, string>, at: RegExp, of = door): Row {
  return {
    kind: 'fault',
    name: `${of} killed in the middle`,
    run: async ({ cloud }) => seenKilled(await cloud.act(door, inputs, { killAt: at }), at),
  }
}

function seenKilled(run: Run, at: RegExp): Seen {
  expect(run.log).not.toMatch(/cancelled/)
  return { ...seenIn(run, 'fail', at), cause: 'SIGKILL' }
}

/** A phase whose work is done: it finds that, changes nothing, and is quick. */
export function again(door: string, inputs: Record<string, string>, said: RegExp): Row {
  return {
    kind: 'phase',
    name: `${door}, a second time`,
    async run({ cloud }: Column) {
      const before = await machines(cloud)
      const run = await cloud.act(door, inputs)
      expect(await machines(cloud)).toEqual(before)
      expect(run.seconds).toBeLessThan(30)
      return seenIn(run, 'pass', said)
    },
  }
}
