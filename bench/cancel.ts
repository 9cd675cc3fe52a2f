import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { type BenchCloud, inLines } from './bench-cloud.ts'
import { type Bench, chainInputs, takenAway } from './crash.ts'
import { type Ended, lastLines, startDoor } from './door.ts'
import { startFront } from './front.ts'

export interface CancelCase {
  /** Number of the call at whose arrival it begins. */
  call: number
  /** The first signal; those that follow it come as the runner sends them. */
  first: Signal
}

export interface CancelOutcome extends CancelCase {
  /** From the first signal to the end of the process; NaN where the run had ended before. */
  seconds: number
  failure: string | undefined
}

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGKILL'

/** A cancelled job: SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL (actions/runner, ProcessInvoker). */
const SEQUENCE: readonly { signal: Signal; afterMs: number }[] = [
  { signal: 'SIGINT', afterMs: 0 },
  { signal: 'SIGTERM', afterMs: 7_500 },
  { signal: 'SIGKILL', afterMs: 10_000 },
]

/** Cancels the root action at one moment; its post step and a teardown by name follow, as in a job that cleans up. */
export async function cancelAt({ dist, start }: Bench, one: CancelCase): Promise<CancelOutcome> {
  const cloud = await start()
  try {
    const { ended, seconds } = await cancelledRun(join(dist, 'cluster/index.js'), cloud, one)
    const untagged = (await cloud.standing()).filter(
      ({ tags, managed }) => !managed && !tags['rke2-action:cluster'],
    )
    const post = await startDoor(join(dist, 'cluster/post.js'), cloud, chainInputs(cloud)).ended
    const failures = [
      untagged.length ? `untagged:\n${inLines(untagged)}` : undefined,
      failureOf(ended),
      post.code === 0 ? undefined : `the post step ended with ${post.code}:\n${lastLines(post)}`,
      await takenAway(dist, cloud),
    ]
    return { ...one, seconds, failure: failures.filter(Boolean).join('\n') || undefined }
  } finally {
    await cloud.stop()
  }
}

/** A run that ends red by itself says that it was cancelled. One may be over already, or be killed in the end. */
function failureOf(ended: Ended): string | undefined {
  const said = ended.lines.some((line) => line.includes('The run was cancelled'))
  return ended.code !== 1 || said ? undefined : `cancelled, it ended without saying so:\n${lastLines(ended)}`
}

async function cancelledRun(file: string, cloud: BenchCloud, { call, first }: CancelCase) {
  let began = Number.NaN
  const timers: NodeJS.Timeout[] = []
  const front = await startFront(cloud.endpoint, {
    before: ({ number }) => {
      if (number !== call) return true
      began = performance.now()
      timers.push(...signalsFrom(first, door.child))
      return true
    },
  })
  const door = startDoor(file, { ...cloud, endpoint: front.endpoint }, chainInputs(cloud))
  const ended = await door.ended
  for (const timer of timers) clearTimeout(timer)
  await front.stop()
  return { ended, seconds: (performance.now() - began) / 1000 }
}

function signalsFrom(first: Signal, child: ChildProcess): NodeJS.Timeout[] {
  const from = SEQUENCE.findIndex(({ signal }) => signal === first)
  const offset = SEQUENCE[from]?.afterMs ?? 0
  return SEQUENCE.slice(from).map(({ signal, afterMs }) =>
    setTimeout(() => child.kill(signal), afterMs - offset),
  )
}
