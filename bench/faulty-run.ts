import { join } from 'node:path'
import { strikeInWords } from '../src/local-cloud/world/faults.ts'
import { inLines } from './bench-cloud.ts'
import { type Account, type Ended, type Inputs, lastLines, startDoor } from './door.ts'
import { namedCause } from './named-cause.ts'
import { startRecordedCloud } from './recorded-cloud.ts'

export interface FaultyRun {
  seed: number
  /** Faults that struck, in words. */
  strikes: readonly string[]
  /** Whether the root action ended well. */
  green: boolean
  /** Whether teardown did, while faults still struck. */
  teardownGreen: boolean
  /** Of the runs that ended red. */
  causes: readonly string[]
  /** Undefined where every end was a good one or had a cause, and nothing stands. */
  failure: string | undefined
}

// AWS's minute of spreading lasts three seconds then, in which an action does something.
const SPEED = 20
const INPUTS = { 'cluster-name': 'faults', timeout: '5m' }

/** The root action and teardown while a mix of faults strikes their calls; then, if need be, a teardown in peace. */
export async function runWithFaults(dist: string, seed: number): Promise<FaultyRun> {
  const strikes: string[] = []
  const cloud = await startRecordedCloud({
    speed: SPEED,
    onStrike: (strike) => strikes.push(strikeInWords(strike)),
  })
  const { faults } = cloud.world
  const run = (door: string, inputs: Inputs = {}) =>
    judged(join(dist, door, 'index.js'), cloud, { ...INPUTS, ...inputs })
  try {
    faults.mix(seed)
    const up = await run('cluster', { servers: 3, agents: 3, ...cloud.inputs })
    const down = await run('teardown')
    faults.clear()
    const again = down.green ? undefined : await run('teardown')
    const left = inLines(await cloud.standing())
    const failures = [up.failure, down.failure, again && !again.green ? again.last : undefined]
    if (left) failures.push(`left:\n${left}`)
    const failure = failures.filter((one) => one !== undefined).join('\n') || undefined
    const causes = [up.cause, down.cause].filter((one) => one !== undefined)
    return { seed, strikes, green: up.green, teardownGreen: down.green, causes, failure }
  } finally {
    await cloud.stop()
  }
}

async function judged(file: string, account: Account, inputs: Inputs) {
  const ended = await startDoor(file, account, inputs).ended
  const green = ended.code === 0
  const cause = green ? undefined : namedCause(ended.lines)
  const failure = green || cause !== undefined ? undefined : inWords(file, ended)
  return { green, cause, failure, last: inWords(file, ended) }
}

const inWords = (file: string, ended: Ended) => `${file} ended with ${ended.code}:\n${lastLines(ended)}`
