import { join } from 'node:path'
import { type BenchCloud, inLines } from './bench-cloud.ts'
import { type Ended, type Inputs, lastLines, startDoor } from './door.ts'
import { type SeenCall, startFront, type Watch } from './front.ts'

export interface Bench {
  /** Where the actions' doors are. */
  dist: string
  /** A cloud of its own for each case. */
  start(): Promise<BenchCloud>
}

export interface CrashCase {
  /** Number of the call, from 1. */
  call: number
  /** Before it reaches AWS, or when AWS has done it and its answer is on the way. */
  when: 'before' | 'after'
}

export interface CrashOutcome extends CrashCase {
  /** `RunInstances`; empty where the run ended before it made so many calls. */
  operation: string
  /** Undefined where all went as it should. */
  failure: string | undefined
}

const CLUSTER = { 'cluster-name': 'crash' }
const SIZE = { servers: 3, agents: 3 }
// Long enough for any wait of the chain with records; a run that hangs is a failure, not a pause.
const TIMEOUT = { timeout: '3m' }

export const chainInputs = (cloud: BenchCloud): Inputs => ({
  ...CLUSTER,
  ...SIZE,
  ...TIMEOUT,
  ...cloud.inputs,
})

/** The operations of one whole run in their order. @throws Error when it fails */
export async function callsOfChain({ dist, start }: Bench): Promise<string[]> {
  const seen: string[] = []
  const cloud = await start()
  const note = ({ operation }: SeenCall) => seen.push(operation) > 0
  const front = await startFront(cloud.endpoint, { before: note })
  try {
    const account = { ...cloud, endpoint: front.endpoint }
    const ended = await startDoor(join(dist, 'cluster/index.js'), account, chainInputs(cloud)).ended
    const failure = failureOf('the run', ended)
    if (failure) throw new Error(failure)
    return seen
  } finally {
    await front.stop()
    await cloud.stop()
  }
}

/**
 * Kills the root action at one call. What is left must be a cluster after another run, and nothing after teardown; both are
 * told the cluster's name and nothing else.
 */
export async function crashAt({ dist, start }: Bench, one: CrashCase): Promise<CrashOutcome> {
  const cloud = await start()
  try {
    const operation = await killedRun(join(dist, 'cluster/index.js'), cloud, one)
    const again = await startDoor(join(dist, 'cluster/index.js'), cloud, chainInputs(cloud)).ended
    const failures = [failureOf('the run after it', again)]
    failures.push(await takenAway(dist, cloud))
    return { ...one, operation, failure: failures.filter(Boolean).join('\n') || undefined }
  } finally {
    await cloud.stop()
  }
}

/** @returns the operation at which it was killed */
async function killedRun(file: string, cloud: BenchCloud, { call, when }: CrashCase): Promise<string> {
  let operation = ''
  const kill = (seen: SeenCall): boolean => {
    if (seen.number !== call) return true
    operation = seen.operation
    door.child.kill('SIGKILL')
    return false
  }
  const watch: Watch = { [when]: kill }
  const front = await startFront(cloud.endpoint, watch)
  const door = startDoor(file, { ...cloud, endpoint: front.endpoint }, chainInputs(cloud))
  await door.ended
  await front.stop()
  return operation
}

/** A cluster that is up is verified, and somebody can get in. */
const failureOf = (what: string, ended: Ended): string | undefined =>
  ended.code === 0 && ended.outputs['verdict'] === 'pass' && ended.outputs['kubeconfig-path']
    ? undefined
    : `${what} ended with ${ended.code}, verdict ${ended.outputs['verdict']}:\n${lastLines(ended)}`

/** Teardown by name. @returns what went wrong, or stands by the cloud's own books */
export async function takenAway(dist: string, cloud: BenchCloud): Promise<string | undefined> {
  const inputs = { ...CLUSTER, ...TIMEOUT }
  const ended = await startDoor(join(dist, 'teardown/index.js'), cloud, inputs).ended
  const left = inLines(await cloud.standing())
  if (ended.code === 0 && !left) return undefined
  return `teardown ended with ${ended.code}:\n${lastLines(ended)}\nleft: ${left || 'nothing'}`
}
