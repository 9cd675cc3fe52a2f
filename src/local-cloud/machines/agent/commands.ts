import { spawn } from 'node:child_process'
import { messageOf } from '../../../kit/errors.ts'
import { startTimeOf } from '../../../kit/start-time.ts'
import type { AgentApi, Message } from './agent-api.ts'
import type { CommandState, CommandStore } from './command-state.ts'
import { type CommandDocument, readCommand, type Step } from './document.ts'
import { resolveParameters } from './resolve-parameters.ts'
import { isKnown, type RunningStep, startStep, watchStep } from './run-step.ts'
import {
  documentStatus,
  failedStep,
  reportStep,
  type StepResult,
  type StepStatus,
  skippedStep,
} from './step-result.ts'
import { createWorkerPool } from './worker-pool.ts'

export interface CommandsOptions {
  api: AgentApi
  store: CommandStore
  /** What scripts see besides the agent's own environment. */
  environment: Readonly<Record<string, string>>
  speed: number
  /** A script has asked for a reboot: no more polling. */
  onReboot: () => void
}

export interface Commands {
  take(message: Message): Promise<void>
  cancel(message: Message, target: string): Promise<void>
  /** After a start of the agent: goes on with what was unfinished. */
  resume(): Promise<void>
}

/** Waits of the genuine agent, seconds: for room among the workers, for a lost worker, until the reboot. */
const ROOM_SECONDS = 10
const LOST_WORKER_SECONDS = 60
const REBOOT_SECONDS = 15
const LOST_WORKER =
  'document process failed unexpectedly: ipc messaging received timeout signal, check [ssm-document-worker]/[ssm-session-worker] log for crash reason'

/** Changes with each boot of the machine: pids mean nothing across boots. */
const bootMark = () => startTimeOf(1) ?? ''

const payloadOf = (status: StepStatus, steps: Readonly<Record<string, StepResult>>, trace = '') => ({
  additionalInfo: {
    agent: { lang: 'en-US', name: 'amazon-ssm-agent', os: '', osver: '', ver: '' },
    dateTime: new Date().toISOString(),
    runId: '',
    runtimeStatusCounts: {},
  },
  documentStatus: status,
  documentTraceOutput: trace,
  runtimeStatus: steps,
})

/** Runs what Run Command sends: each command once, five side by side. */
export function createCommands({ api, store, environment, speed, onReboot }: CommandsOptions): Commands {
  const pool = createWorkerPool()
  const cancels = new Map<string, AbortController>()
  const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / speed))

  const accept = async (messageId: string) => {
    await api.reply(messageId, payloadOf('InProgress', {}))
    await api.acknowledge(messageId)
  }
  const enqueue = (command: CommandDocument, state: CommandState) => {
    const cancel = new AbortController()
    cancels.set(state.messageId, cancel)
    pool.submit(() =>
      run(command, state, cancel.signal)
        .catch((error: unknown) => console.error(`command ${command.commandId}:`, error))
        .finally(() => cancels.delete(state.messageId)),
    )
  }

  const run = async (command: CommandDocument, state: CommandState, cancel: AbortSignal): Promise<void> => {
    for (const step of command.steps.slice(state.results.length)) {
      const result = await runStep(command, step, state, cancel)
      if (result.status === 'SuccessAndReboot') return reboot(command, state)
      state.results.push({ name: step.name, result })
      state.running = undefined
      await store.save(command.commandId, state)
      if (command.steps.length > 1)
        await api.reply(state.messageId, payloadOf('InProgress', { [step.name]: result }))
    }
    const results = state.results.map(({ result }) => result)
    const [only] = state.results
    const last = only && command.steps.length === 1 ? { [only.name]: only.result } : {}
    await api.reply(state.messageId, payloadOf(documentStatus(results), last))
    await store.finish(command.commandId)
  }

  const runStep = async (command: CommandDocument, step: Step, state: CommandState, cancel: AbortSignal) => {
    if (step.skipped !== undefined) return skippedStep(step.skipped, Date.now())
    const directory = store.stepDirectory(command.commandId, step.id)
    try {
      const running = await workerOf(command, step, state, directory)
      return running ? reportStep(await watchStep({ step, running, cancel })) : await lostStep()
    } catch (error) {
      return failedStep(messageOf(error), Date.now())
    }
  }
  /** A new worker, or the one that was left by a former run of the agent; nothing when that one is lost. */
  const workerOf = async (
    command: CommandDocument,
    step: Step,
    state: CommandState,
    directory: string,
  ): Promise<RunningStep | undefined> => {
    const { running, rebooting } = state
    if (running && !rebooting) {
      const found = {
        pid: running.boot === bootMark() ? running.pid : 0,
        directory,
        startedAt: running.startedAt,
      }
      return isKnown(found) ? found : undefined
    }
    const started = await startStep(step, directory, { ...environment, SSM_COMMAND_ID: command.commandId })
    const { pid, startedAt } = started
    Object.assign(state, { running: { pid, startedAt, boot: bootMark() }, rebooting: false })
    await store.save(command.commandId, state)
    return started
  }
  const lostStep = async (): Promise<StepResult> => {
    await pause(LOST_WORKER_SECONDS)
    return failedStep(LOST_WORKER, Date.now(), { inOutput: true })
  }
  const reboot = async (command: CommandDocument, state: CommandState) => {
    await store.save(command.commandId, { ...state, rebooting: true })
    await api.reply(state.messageId, payloadOf('SuccessAndReboot', {}))
    onReboot()
    await pause(REBOOT_SECONDS)
    spawn('/sbin/shutdown', ['-r', '+1'], { stdio: 'ignore' })
  }

  return {
    async take(message) {
      const payload = await resolveParameters(message.Payload, api.getParameters)
      const command = readCommand(payload)
      if (await store.has(command.commandId)) return accept(message.MessageId)
      // Not accepted, it is delivered again.
      if (!(await pool.room((ROOM_SECONDS * 1000) / speed))) return
      const state: CommandState = { messageId: message.MessageId, payload, results: [] }
      await store.save(command.commandId, state)
      await accept(message.MessageId)
      enqueue(command, state)
    },
    async cancel(message, target) {
      cancels.get(target)?.abort()
      await accept(message.MessageId)
    },
    async resume() {
      for (const [, state] of await store.unfinished()) enqueue(readCommand(state.payload), state)
    },
  }
}
