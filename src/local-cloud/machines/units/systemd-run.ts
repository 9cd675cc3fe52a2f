import { parseArgs } from 'node:util'
import { messageOf } from '../../../kit/errors.ts'
import { fail, type Reply, succeed } from './reply.ts'
import { parseSeconds } from './service-settings.ts'
import type { UnitFiles } from './unit-files.ts'
import { type UnitManager, unitName } from './unit-manager.ts'

const OPTIONS = {
  unit: { type: 'string', short: 'u' },
  description: { type: 'string' },
  property: { type: 'string', short: 'p', multiple: true },
  setenv: { type: 'string', short: 'E', multiple: true },
  'on-active': { type: 'string' },
  'working-directory': { type: 'string' },
  collect: { type: 'boolean', short: 'G' },
  quiet: { type: 'boolean', short: 'q' },
  wait: { type: 'boolean' },
  'no-block': { type: 'boolean' },
  'remain-after-exit': { type: 'boolean', short: 'r' },
} as const

export interface SystemdRun {
  manager: UnitManager
  files: UnitFiles
}

let counter = 0

/** A word as a unit file needs it: quoted, with what systemd would expand taken literally. */
const quote = (word: string) =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`

/** Where the options of systemd-run end and the command begins. */
function commandStart(args: string[]): number {
  const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, tokens: true })
  const end = tokens.find(({ kind }) => kind !== 'option')
  if (!end) throw new Error('Command line to execute required.')
  return end.kind === 'option-terminator' ? end.index + 1 : end.index
}

/**
 * `systemd-run`: a transient service, at once or after `--on-active`. That time is not shortened: what is scheduled
 * so undoes something later, and the work before it takes as long as it takes.
 */
export async function systemdRun({ manager, files }: SystemdRun, args: string[]): Promise<Reply> {
  try {
    const start = commandStart(args)
    const { values } = parseArgs({
      args: args.slice(0, start).filter((arg) => arg !== '--'),
      options: OPTIONS,
    })
    const command = args.slice(start)
    const unit = unitName(values.unit ?? `run-r${++counter}`)
    const known = await manager.load(unit)
    if (known && known.service.state().active !== 'inactive' && known.service.state().active !== 'failed')
      return fail(
        `Failed to start transient service unit: Unit ${unit} was already loaded or has a fragment file.`,
      )
    await files.writeTransient(unit, transientUnit(values, command))
    const loaded = await manager.load(unit)
    if (!loaded) return fail(`Failed to start transient service unit: ${unit} can't be read.`)
    const say = (text: string) => succeed(values.quiet ? '' : text)
    if (values['on-active'] !== undefined) {
      setTimeout(() => void loaded.service.start(), parseSeconds(values['on-active']) * 1000)
      return say(
        `Running timer as unit: ${unit.replace(/service$/, 'timer')}\nWill run service as unit: ${unit}\n`,
      )
    }
    const up = await loaded.service.start()
    return up ? say(`Running as unit: ${unit}\n`) : fail(`Job for ${unit} failed.`)
  } catch (error) {
    return fail(`systemd-run: ${messageOf(error)}`)
  }
}

interface Values {
  description?: string | undefined
  property?: string[] | undefined
  setenv?: string[] | undefined
  'working-directory'?: string | undefined
  'remain-after-exit'?: boolean | undefined
}

function transientUnit(values: Values, command: readonly string[]): string {
  const directory = values['working-directory']
  return [
    '[Unit]',
    `Description=${values.description ?? command.join(' ')}`.replaceAll('\n', ' '),
    '[Service]',
    `ExecStart=${command.map(quote).join(' ')}`,
    ...(values.setenv ?? []).map((pair) => `Environment=${quote(pair)}`),
    ...(directory === undefined ? [] : [`WorkingDirectory=${directory}`]),
    ...(values['remain-after-exit'] ? ['RemainAfterExit=yes'] : []),
    ...(values.property ?? []),
    '',
  ].join('\n')
}
