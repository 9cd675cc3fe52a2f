import { constants } from 'node:os'
import type { ServiceSettings } from './service-settings.ts'

/** As `systemctl show` reports it. */
export interface ServiceState {
  active: 'inactive' | 'activating' | 'active' | 'deactivating' | 'failed'
  sub: string
  result: string
  restarts: number
  /** Exit code or signal number of the last main process. */
  mainStatus: number
  /** 1: exited, 2: killed, 0: never ran. */
  mainCode: 0 | 1 | 2
  invocationId: string
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** How a start of a service came to its end. */
export type Result = 'success' | 'exit-code' | 'signal' | 'protocol' | 'resources' | 'exec-condition'

export const NEVER_STARTED: ServiceState = {
  active: 'inactive',
  sub: 'dead',
  result: 'success',
  restarts: 0,
  mainStatus: 0,
  mainCode: 0,
  invocationId: '',
}

// systemd.service(5): these signals are a clean end.
const CLEAN_SIGNALS: readonly (string | null)[] = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGPIPE']

export function resultOf({ code, signal }: Exit): Result {
  if (code === 0 || CLEAN_SIGNALS.includes(signal)) return 'success'
  return signal ? 'signal' : 'exit-code'
}

/** `code=exited, status=1/FAILURE`, as the journal words it. */
export function describeExit({ code, signal }: Exit): string {
  if (signal) return `code=killed, status=${constants.signals[signal]}/${signal.replace(/^SIG/, '')}`
  return `code=exited, status=${code}/${code === 0 ? 'SUCCESS' : 'FAILURE'}`
}

/** The table of `Restart=` in systemd.service(5). A condition that does not hold is no failure. */
export function restartsAfter(settings: ServiceSettings, result: Result, exit: Exit): boolean {
  if (result === 'exec-condition') return false
  if (exit.code !== null && settings.noRestartCodes.includes(exit.code)) return false
  const clean = result === 'success'
  const table = {
    no: false,
    always: true,
    'on-success': clean,
    'on-failure': !clean,
    'on-abnormal': result === 'signal' || result === 'protocol',
  }
  return table[settings.restart]
}

/** Below this a restarted service would only burn the processor. */
const SHORTEST_PAUSE_SECONDS = 0.3

/** Milliseconds until the restart: `RestartSec` divided by the cloud's speed, but not below 0.3 s if it was above. */
export const restartPause = (seconds: number, speed: number): number =>
  1000 * Math.max(Math.min(seconds, SHORTEST_PAUSE_SECONDS), seconds / speed)
