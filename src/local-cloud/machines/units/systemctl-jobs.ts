import { fail, type Reply, succeed } from './reply.ts'
import type { Options, Systemctl, Verb } from './systemctl-verb.ts'
import type { LoadedUnit } from './unit-manager.ts'

/** Carries out a verb on each unit in turn; the first that fails gives the answer. */
export const eachUnit =
  (verb: string, act: (unit: LoadedUnit, context: Systemctl, options: Options) => Promise<Reply>): Verb =>
  async (context, units, options) => {
    const outputs: string[] = []
    for (const name of units) {
      const unit = await context.manager.load(name)
      if (!unit) return fail(`Failed to ${verb} ${name}: Unit ${name} not found.`, verb === 'enable' ? 1 : 5)
      const reply = await act(unit, context, options)
      if (reply.code !== 0) return reply
      outputs.push(reply.output + reply.error)
    }
    return succeed(outputs.join(''))
  }

export const start = async ({ service }: LoadedUnit, options: Options): Promise<Reply> => {
  const started = service.start()
  if (options['no-block'] || (await started)) return succeed()
  const { name } = service.settings()
  return fail(
    `Job for ${name} failed because the control process exited with error code. See "systemctl status ${name}" and "journalctl -xeu ${name}" for details.`,
  )
}

export const stop = async ({ service }: LoadedUnit, options: Options): Promise<Reply> => {
  const stopped = service.stop()
  if (!options['no-block']) await stopped
  return succeed()
}

export const restart = async (unit: LoadedUnit, options: Options): Promise<Reply> => {
  const restarted = stop(unit, {}).then(() => start(unit, {}))
  return options['no-block'] ? succeed() : restarted
}

export const enable = async (unit: LoadedUnit, { files }: Systemctl, options: Options): Promise<Reply> => {
  const { name, wantedBy } = unit.service.settings()
  const links = await files.enable(name, unit.path, wantedBy)
  if (options.now) await start(unit, options)
  return succeed(links.map((link) => `Created symlink ${link} → ${unit.path}.\n`).join(''))
}

export const disable = async (unit: LoadedUnit, { files }: Systemctl, options: Options): Promise<Reply> => {
  const links = await files.disable(unit.service.settings().name)
  if (options.now) await stop(unit, options)
  return succeed(links.map((link) => `Removed "${link}".\n`).join(''))
}
