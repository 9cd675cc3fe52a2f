import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { paths } from '../paths.ts'
import { pullFault } from './images.ts'
import type { ContainerSpec, Pod } from './pod.ts'
import type { ContainerRecord, ContainerState } from './pod-status.ts'
import type { ContainerContext, RunningContainer } from './runner.ts'
import { runnerOf } from './runners.ts'

/** A container of a pod, across its restarts. */
export interface Container extends ContainerRecord {
  pod: Pod
  logFile: string
  running: RunningContainer | undefined
  startedAt: Date
}

export function newContainer(pod: Pod, spec: ContainerSpec): Container {
  const { namespace, name, uid } = pod.metadata
  const logFile = join(paths.podLogs, `${namespace}_${name}_${uid}`, spec.name, '0.log')
  mkdirSync(dirname(logFile), { recursive: true })
  return {
    id: '',
    spec,
    pod,
    logFile,
    state: { waiting: { reason: 'ContainerCreating' } },
    ready: false,
    restarts: 0,
    running: undefined,
    startedAt: new Date(),
  }
}

type ContextOf = (container: Container, write: (line: string) => void) => ContainerContext

// The kubelet's back-off: 10 s, doubling to 5 min.
const BACKOFF_SECONDS = 10
const LONGEST_BACKOFF_SECONDS = 300

/**
 * Runs it once and tells of every change of its state. The answer: seconds to wait before it may run again, or nothing when
 * its pod wants no more.
 */
export async function runOnce(
  container: Container,
  imported: ReadonlySet<string>,
  contextOf: ContextOf,
  changed: () => void,
): Promise<number | undefined> {
  const fault = pullFault(container.spec.image, imported)
  if (fault !== undefined) return backOffPull(container, fault, changed)
  start(container, contextOf)
  changed()
  const watcher = setInterval(() => {
    const ready = container.running?.ready?.() ?? true
    if (ready === container.ready) return
    container.ready = ready
    changed()
  }, READY_LOOK_MS)
  const exitCode = await (container.running?.exited ?? Promise.resolve(1))
  clearInterval(watcher)
  end(container, exitCode)
  changed()
  return restartIn(container, exitCode)
}

const READY_LOOK_MS = 100

function backOffPull(container: Container, fault: string, changed: () => void): number {
  const first = 'waiting' in container.state && container.state.waiting.reason === 'ContainerCreating'
  container.state = {
    waiting: first
      ? { reason: 'ErrImagePull', message: fault }
      : {
          reason: 'ImagePullBackOff',
          message: `Back-off pulling image "${container.spec.image}": ErrImagePull: ${fault}`,
        },
  }
  changed()
  return first ? 1 : BACKOFF_SECONDS
}

function start(container: Container, contextOf: ContextOf): void {
  container.id = randomBytes(32).toString('hex')
  container.startedAt = new Date()
  const write = (line: string) =>
    appendFileSync(container.logFile, `${new Date().toISOString()} stdout F ${line}\n`)
  container.running = runnerOf(container.spec.image)(contextOf(container, write))
  container.ready = container.running.ready?.() ?? true
  container.state = { running: { startedAt: time(container.startedAt) } }
}

const time = (date: Date) => date.toISOString().replace(/\.\d+Z$/, 'Z')

function end(container: Container, exitCode: number): void {
  container.running = undefined
  container.ready = false
  container.state = {
    terminated: {
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      startedAt: time(container.startedAt),
      finishedAt: time(new Date()),
      containerID: `containerd://${container.id}`,
    },
  }
}

function restartIn(container: Container, exitCode: number): number | undefined {
  const { restartPolicy } = container.pod.spec
  if (restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && exitCode === 0)) return undefined
  const seconds = Math.min(BACKOFF_SECONDS * 2 ** container.restarts, LONGEST_BACKOFF_SECONDS)
  container.restarts++
  return seconds
}

/** Between two runs. */
export function crashLoop(container: Container, seconds: number): ContainerState {
  const message = `back-off ${seconds}s restarting failed container=${container.spec.name} pod=${container.pod.metadata.name}`
  return { waiting: { reason: 'CrashLoopBackOff', message } }
}
