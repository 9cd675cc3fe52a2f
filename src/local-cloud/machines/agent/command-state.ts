import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepResult } from './step-result.ts'

/** What the agent must know of a command after a restart of itself or of the machine. */
export interface CommandState {
  messageId: string
  payload: string
  /** Results of the steps that are done, by position. */
  results: { name: string; result: StepResult }[]
  /** The step that runs now. */
  running?: { pid: number; boot: string; startedAt: number } | undefined
  /** The script asked for a reboot: it runs again after it. */
  rebooting?: boolean | undefined
}

/** Commands on disk, as the genuine agent has them: `document/state/current` and `completed`. */
export interface CommandStore {
  /** Of one step of a command: script, outputs, exit code. */
  stepDirectory(commandId: string, stepId: string): string
  has(commandId: string): Promise<boolean>
  save(commandId: string, state: CommandState): Promise<void>
  finish(commandId: string): Promise<void>
  unfinished(): Promise<[string, CommandState][]>
}

export async function openCommandStore(instanceDirectory: string): Promise<CommandStore> {
  const place = (state: string, ...rest: string[]) =>
    join(instanceDirectory, 'document/state', state, ...rest)
  for (const state of ['current', 'completed']) await mkdir(place(state), { recursive: true, mode: 0o700 })
  const exists = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    )
  return {
    stepDirectory: (commandId, stepId) =>
      join(instanceDirectory, 'document/orchestration', commandId, 'awsrunShellScript', stepId),
    has: async (id) => (await exists(place('current', id))) || exists(place('completed', id)),
    async save(id, state) {
      // Renamed into place: a power loss in the middle leaves the former state.
      await writeFile(place('current', `.${id}`), JSON.stringify(state), { mode: 0o600 })
      await rename(place('current', `.${id}`), place('current', id))
    },
    finish: (id) => rename(place('current', id), place('completed', id)),
    async unfinished() {
      const ids = (await readdir(place('current'))).filter((name) => !name.startsWith('.'))
      return Promise.all(
        ids.map(
          async (id): Promise<[string, CommandState]> => [
            id,
            JSON.parse(await readFile(place('current', id), 'utf8')) as CommandState,
          ],
        ),
      )
    },
  }
}
