import { randomBytes } from 'node:crypto'
import { constants } from 'node:os'
import { messageOf } from '../../../kit/errors.ts'
import { membersOf, pidInside, signalAll } from '../processes.ts'
import { adoptProcess } from './adopt-process.ts'
import { endProcesses } from './end-processes.ts'
import { mayNotify, readNotification } from './notification.ts'
import type { Notification } from './notify-sockets.ts'
import type { RunningLine } from './run-line.ts'
import type { ServiceHost } from './service-host.ts'
import { type End, NO_EXIT, runOnce } from './service-run.ts'
import type { ServiceSettings } from './service-settings.ts'
import {
  describeExit,
  type Exit,
  NEVER_STARTED,
  restartPause,
  restartsAfter,
  type ServiceState,
} from './service-state.ts'

export interface Service {
  settings(): ServiceSettings
  /** As after `systemctl daemon-reload`: holds from the next start. */
  configure(settings: ServiceSettings): void
  state(): ServiceState & { mainPid: number }
  /** Resolves when the start job is done: true when the service is up or had nothing to do, false when it failed. */
  start(): Promise<boolean>
  stop(): Promise<void>
  /** `systemd-notify --ready`, whose caller is known. */
  notifyReady(): void
  /** A datagram to the notification socket: acts on it when the sender is one that this service lets speak. */
  notify(notification: Notification): void
  resetFailed(): void
  /** To every process of the service. */
  kill(signal: NodeJS.Signals): void
  /** The machine is gone: nothing restarts. */
  abandon(): void
}

/** A service of systemd as far as `systemctl` can tell: states, restarts, what a stop ends and what it leaves. */
export function createService(initial: ServiceSettings, host: ServiceHost): Service {
  let settings = initial
  const { name } = initial
  const title = `${name} - ${initial.description}`
  const state: ServiceState = { ...NEVER_STARTED }
  let main: RunningLine | undefined
  let stopping = false
  let life: Promise<void> | undefined
  // systemd's flush_n_restarts: the counter stays readable when nothing restarts any more, until the next start.
  let counterIsOld = false
  let job = jobOf()
  let endPause = () => {}
  let becomeReady = () => {}

  const log = (message: string) => host.journal.write({ unit: name, identifier: 'systemd', pid: 1, message })
  const enterPhase = (active: ServiceState['active'], sub: string) => Object.assign(state, { active, sub })

  const attempt = async (): Promise<End> => {
    const ready = new Promise<void>((resolve) => {
      becomeReady = resolve
    })
    state.invocationId = randomBytes(16).toString('hex')
    log(`Starting ${title}...`)
    try {
      return await runOnce({
        ...{ settings, host, ready, invocationId: state.invocationId },
        stopping: () => stopping,
        onPhase: enterPhase,
        onMain: (line) => {
          main = line
        },
        main: () => main,
        onUp() {
          enterPhase('active', 'running')
          log(`Started ${title}.`)
          job.finish(true)
        },
        onExit(exit) {
          Object.assign(state, mainStatusOf(exit))
          log(`${name}: Main process exited, ${describeExit(exit)}`)
        },
      })
    } catch (error) {
      log(`${name}: ${messageOf(error)}`)
      return { result: 'resources', exit: NO_EXIT }
    } finally {
      main = undefined
    }
  }
  const settle = (end: End) => {
    counterIsOld = true
    const fine = end.result === 'success' || end.result === 'exec-condition'
    const stays =
      end.result === 'success' && settings.type === 'oneshot' && settings.remainAfterExit && !stopping
    state.result = end.result
    log(fine ? `${name}: Deactivated successfully.` : `${name}: Failed with result '${end.result}'.`)
    if (stays) enterPhase('active', 'exited')
    else if (fine) enterPhase('inactive', 'dead')
    else enterPhase('failed', 'failed')
    job.finish(fine)
  }
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, restartPause(settings.restartSeconds, host.speed))
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const live = async () => {
    for (;;) {
      const end = await attempt()
      if (stopping || !restartsAfter(settings, end.result, end.exit)) return settle(end)
      state.result = end.result
      log(`${name}: Failed with result '${end.result}'.`)
      enterPhase('activating', 'auto-restart')
      job.finish(false)
      await pause()
      if (stopping) {
        settle({ result: 'success', exit: NO_EXIT })
        // A stop between two attempts keeps the counter, over the next start too.
        counterIsOld = false
        return
      }
      state.restarts += 1
      log(`${name}: Scheduled restart job, restart counter is at ${state.restarts}.`)
    }
  }
  return {
    settings: () => settings,
    configure(next) {
      settings = next
    },
    state: () => ({ ...state, mainPid: main ? pidInside(main.pid() ?? 0) : 0 }),
    start() {
      if (state.active === 'active') return Promise.resolve(true)
      if (life && state.sub !== 'auto-restart') return job.done
      job = jobOf()
      if (counterIsOld) state.restarts = 0
      counterIsOld = false
      endPause()
      life ??= live().finally(() => {
        life = undefined
      })
      return job.done
    },
    async stop() {
      if (!life) {
        enterPhase('inactive', 'dead')
        return
      }
      stopping = true
      log(`Stopping ${title}...`)
      if (state.sub !== 'auto-restart') enterPhase('deactivating', 'stop-sigterm')
      endPause()
      await endProcesses({ settings, host, main, invocationId: state.invocationId, ended: life })
      stopping = false
      log(`Stopped ${title}.`)
    },
    notifyReady: () => becomeReady(),
    notify(notification) {
      const sender = { main: main?.lastPid(), invocationId: state.invocationId }
      if (!mayNotify(settings.notifyAccess, notification.pid, sender)) return
      const { ready, mainPid } = readNotification(notification.message)
      const heir = mainPid === undefined ? undefined : host.findProcess(mainPid)
      if (heir !== undefined && heir !== main?.pid()) main = adoptProcess(heir)
      if (ready) becomeReady()
    },
    resetFailed() {
      state.restarts = 0
      counterIsOld = false
      if (state.active === 'failed')
        Object.assign(state, { active: 'inactive', sub: 'dead', result: 'success' })
    },
    kill: (signal) => signalAll(membersOf(state.invocationId), signal),
    abandon() {
      stopping = true
      endPause()
    },
  }
}

function jobOf() {
  let finish: (up: boolean) => void = () => {}
  const done = new Promise<boolean>((resolve) => {
    finish = resolve
  })
  return { done, finish }
}

const mainStatusOf = ({ code, signal }: Exit): Pick<ServiceState, 'mainStatus' | 'mainCode'> =>
  signal ? { mainCode: 2, mainStatus: constants.signals[signal] } : { mainCode: 1, mainStatus: code ?? 0 }
