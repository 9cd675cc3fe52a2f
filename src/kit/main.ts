import { setMaxListeners } from 'node:events'
import { appendFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import * as core from '@actions/core'
import * as z from 'zod'
import { systemClock } from './clock.ts'
import type { ActionDefinition, Kit } from './define-action.ts'
import { describeError, UserError } from './errors.ts'
import { readInputs } from './inputs.ts'
import { createLog, type Level } from './log.ts'

// An action parses a few things once: compiling the parsers, which zod does for speed, would take longer than parsing.
z.config({ jitless: true })

const write: Record<Level, (line: string) => void> = {
  info: core.info,
  notice: (line) => core.notice(line),
  warning: (line) => core.warning(line),
  error: (line) => core.error(line),
}

/**
 * The one place that reads inputs, sets outputs and decides the exit. Anything thrown, an Error or not, fails the step.
 */
export async function main(action: ActionDefinition, step: 'main' | 'post' = 'main'): Promise<void> {
  const kit = createKit()
  await (step === 'post' ? runPost(action, kit) : runAction(action, kit))
  // Keep-alive sockets of the AWS clients would hold the process for seconds after its work is done.
  process.exit()
}

// What the post step knows of the step itself. One that is killed leaves no word.
const ENDED = 'ended'

async function runAction(action: ActionDefinition, kit: Kit): Promise<void> {
  try {
    await action.run(readInputs(action.inputs, process.env), kit)
  } catch (error) {
    core.setFailed(describeError(error))
  }
  if (action.post && !kit.signal.aborted) core.saveState(ENDED, 'true')
}

/** A post step that fails must not turn a job red: it is told, and that is all. */
async function runPost(action: ActionDefinition, kit: Kit): Promise<void> {
  const inputs = () => readInputs(action.inputs, process.env)
  try {
    await action.post?.(kit, { inputs, ended: core.getState(ENDED) === 'true' })
  } catch (error) {
    core.warning(describeError(error))
  }
}

function createKit(): Kit {
  const log = createLog({ write: (level, line) => write[level](line), mask: core.setSecret }, systemClock.now)
  return {
    log,
    clock: systemClock,
    signal: abortedBySignals(),
    env: process.env,
    output: (name, value) => core.setOutput(name, value),
    summary: async (markdown) => {
      const file = process.env['GITHUB_STEP_SUMMARY']
      if (file) await appendFile(file, `${markdown}\n`)
    },
    tempDirectory: process.env['RUNNER_TEMP'] ?? tmpdir(),
  }
}

/** The runner sends SIGINT, 7.5 s later SIGTERM, 2.5 s later it kills: the first one must end every wait. */
function abortedBySignals(): AbortSignal {
  const controller = new AbortController()
  // Every wait of every phase listens, and phases overlap.
  setMaxListeners(0, controller.signal)
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () =>
      controller.abort(
        new UserError(`The run was cancelled (${name}).`, {
          hint: 'What exists is tagged. Run teardown with the same cluster-name, or leave it to the scheduled sweep.',
        }),
      ),
    )
  }
  return controller.signal
}
