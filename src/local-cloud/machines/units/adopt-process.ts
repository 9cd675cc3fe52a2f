import { startTimeOf } from '../../../kit/start-time.ts'
import type { RunningLine } from './run-line.ts'

/** How often a process that is nobody's child here is looked at, milliseconds. */
const LOOK_MS = 200

/**
 * A process that a service has named by `MAINPID=` as its main one. It is no child of the cloud, so its exit code can't be
 * known; its end counts as clean, as systemd takes the end of a process that is none of its children.
 */
export function adoptProcess(pid: number): RunningLine {
  const born = startTimeOf(pid)
  const lives = () => born !== undefined && startTimeOf(pid) === born
  const untilGone = async () => {
    while (lives()) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    return { code: 0, signal: null }
  }
  return { exit: untilGone(), pid: () => (lives() ? pid : undefined), lastPid: () => pid }
}
