import { SYSTEM_PATH } from '../enter.ts'
import { membersOf, signalAll } from '../processes.ts'
import { parseEnvironmentFile } from './environment-file.ts'
import { type RunningLine, runLine } from './run-line.ts'
import type { ServiceHost } from './service-host.ts'
import type { ExecLine, ServiceSettings } from './service-settings.ts'
import { type Exit, type Result, resultOf } from './service-state.ts'

/** One start of a service, from its conditions to its end. */
export interface Run {
  settings: ServiceSettings
  host: ServiceHost
  /** Marks every process of this start, as systemd does. */
  invocationId: string
  /** The main process has said that it is ready. */
  ready: Promise<void>
  stopping: () => boolean
  onPhase: (active: 'activating' | 'deactivating', sub: string) => void
  onMain: (main: RunningLine) => void
  /** What the service takes for its main process by now. */
  main: () => RunningLine | undefined
  onUp: () => void
  onExit: (exit: Exit) => void
}

export interface End {
  result: Result
  exit: Exit
}

type Env = Readonly<Record<string, string>>

export const NO_EXIT: Exit = { code: null, signal: null }
const endOf = (exit: Exit): End => ({ result: resultOf(exit), exit })

/**
 * Carries out one start of a service and resolves when its last process that counts has ended.
 * @throws Error when an environment file that must be there is missing.
 */
export async function runOnce(run: Run): Promise<End> {
  const { settings } = run
  const env = await environmentOf(run)
  run.onPhase('activating', 'start-pre')
  const refused = await runAll(run, settings.condition, env)
  if (refused) return { result: 'exec-condition', exit: refused }
  const failed = await runAll(run, settings.startPre, env)
  if (failed || run.stopping()) return failed ? endOf(failed) : { result: 'success', exit: NO_EXIT }
  run.onPhase('activating', 'start')
  if (settings.type === 'oneshot') return runOneshot(run, env)
  const end = await runMain(run, env)
  run.onPhase('deactivating', 'stop-post')
  await runAll(run, settings.stopPost, env)
  if (settings.killMode !== 'process' && settings.killMode !== 'none')
    signalAll(membersOf(run.invocationId), 'SIGKILL')
  return end
}

async function environmentOf({ settings, host, invocationId }: Run): Promise<Env> {
  const env: Record<string, string> = { PATH: SYSTEM_PATH, LANG: 'C.UTF-8', ...settings.environment }
  for (const { path, optional } of settings.environmentFiles) {
    const text = await host.readFile(path)
    if (text === undefined && !optional) throw new Error(`Failed to load environment files: ${path}`)
    Object.assign(env, parseEnvironmentFile(text ?? ''))
  }
  const notify = settings.notifyAccess === 'none' ? {} : { NOTIFY_SOCKET: await host.notifySocket() }
  return { ...env, ...notify, INVOCATION_ID: invocationId }
}

/** Lines one after the other; the first failure that counts ends them and is returned. */
async function runAll(
  { settings, host }: Run,
  lines: readonly ExecLine[],
  env: Env,
): Promise<Exit | undefined> {
  for (const line of lines) {
    const exit = await runLine({ line, env, settings, host }).exit
    if (resultOf(exit) !== 'success' && !line.failureIgnored) return exit
  }
  return undefined
}

async function runOneshot(run: Run, env: Env): Promise<End> {
  const exit = (await runAll(run, run.settings.start, env)) ?? { code: 0, signal: null }
  run.onExit(exit)
  return endOf(exit)
}

async function runMain(run: Run, env: Env): Promise<End> {
  const { settings, host } = run
  const line = settings.start[0]
  if (!line) return { result: 'resources', exit: NO_EXIT }
  const main = runLine({ line, env, settings, host })
  run.onMain(main)
  const ready = settings.type === 'notify' ? run.ready : Promise.resolve()
  const end = lastExit(run, main)
  const up = await Promise.race([ready.then(() => true), end.then(() => false)])
  if (up) await comeUp(run, env)
  const exit = await end
  run.onExit(exit)
  // A notifying service that ends without a word has failed, even with code 0.
  const silent = !up && resultOf(exit) === 'success' && !run.stopping()
  return silent ? { result: 'protocol', exit } : endOf(exit)
}

/** A datagram of a process that has just ended may still be under way, milliseconds. */
const LAST_WORDS_MS = 50

/** How the main process has ended, when it has not handed over to another by `MAINPID=`. */
async function lastExit(run: Run, first: RunningLine): Promise<Exit> {
  let main = first
  for (;;) {
    const exit = await main.exit
    if (run.settings.notifyAccess !== 'none')
      await new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))
    const next = run.main()
    if (!next || next === main) return exit
    main = next
  }
}

async function comeUp(run: Run, env: Env): Promise<void> {
  const failed = await runAll(run, run.settings.startPost, env)
  if (failed) signalAll(membersOf(run.invocationId), 'SIGTERM')
  else run.onUp()
}
