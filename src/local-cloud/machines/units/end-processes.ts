import { membersOf, pidInside, signalAll } from '../processes.ts'
import { type RunningLine, runLine } from './run-line.ts'
import type { ServiceHost } from './service-host.ts'
import type { ServiceSettings } from './service-settings.ts'

export interface Ending {
  settings: ServiceSettings
  host: ServiceHost
  main: RunningLine | undefined
  invocationId: string
  /** Resolves when the service is down. */
  ended: Promise<void>
}

/** The longest delay that a timer takes, milliseconds, is about 24 days; no stop lasts an hour here. */
const LONGEST_STOP_SECONDS = 3_600

/** Asks the processes of a service to end, each as its unit says, and makes them when they take too long. */
export async function endProcesses({ settings, host, main, invocationId, ended }: Ending): Promise<void> {
  const mainPid = () => [main?.pid()].filter((pid) => pid !== undefined)
  const everyone = () => (settings.killMode === 'process' ? mainPid() : membersOf(invocationId))
  const env = { ...settings.environment, MAINPID: String(pidInside(main?.pid() ?? 0)) }
  for (const line of main ? settings.stop : []) await runLine({ line, env, settings, host }).exit
  const first = settings.killMode === 'mixed' ? mainPid : everyone
  await untilThere(() => !main || first().length > 0, ended)
  signalAll(first(), 'SIGTERM')
  const patience = Math.min(settings.stopTimeoutSeconds, LONGEST_STOP_SECONDS) * 1000
  const timer = setTimeout(() => signalAll(everyone(), 'SIGKILL'), patience)
  await ended
  clearTimeout(timer)
}

/** A process that was only just started may not be found yet; a signal to nobody would leave it running. */
async function untilThere(isThere: () => boolean, ended: Promise<void>): Promise<void> {
  let over = false
  void ended.then(() => {
    over = true
  })
  for (let left = 50; left > 0 && !over && !isThere(); left--)
    await new Promise((resolve) => setTimeout(resolve, 20))
}
