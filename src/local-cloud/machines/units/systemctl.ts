import { parseArgs } from 'node:util'
import { messageOf } from '../../../kit/errors.ts'
import { fail, type Reply, succeed } from './reply.ts'
import { disable, eachUnit, enable, restart, start, stop } from './systemctl-jobs.ts'
import { isEnabled, isInState, listUnits, show, status } from './systemctl-queries.ts'
import type { Systemctl, Verb } from './systemctl-verb.ts'
import { unitName } from './unit-manager.ts'

const OPTIONS = {
  property: { type: 'string', short: 'p', multiple: true },
  value: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  now: { type: 'boolean' },
  'no-block': { type: 'boolean' },
  'no-pager': { type: 'boolean' },
  full: { type: 'boolean', short: 'l' },
  force: { type: 'boolean', short: 'f' },
  all: { type: 'boolean', short: 'a' },
  signal: { type: 'string', short: 's' },
  lines: { type: 'string', short: 'n' },
} as const

/**
 * `systemctl` as scripts use it. A verb or an option that it doesn't know is an error that names it.
 */
export async function systemctl(context: Systemctl, args: string[]): Promise<Reply> {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
    const [verb = 'list-units', ...units] = positionals
    const run = VERBS[verb]
    if (!run) return fail(`the local cloud's systemctl does not know the verb ${verb}`)
    return await run(context, units.map(unitName), values)
  } catch (error) {
    return fail(`systemctl: ${messageOf(error)}`)
  }
}

const VERBS: Readonly<Record<string, Verb>> = {
  start: eachUnit('start', (unit, _, options) => start(unit, options)),
  stop: eachUnit('stop', (unit, _, options) => stop(unit, options)),
  restart: eachUnit('restart', (unit, _, options) => restart(unit, options)),
  'try-restart': eachUnit('try-restart', async (unit, _, options) =>
    unit.service.state().active === 'active' ? restart(unit, options) : succeed(),
  ),
  enable: eachUnit('enable', enable),
  disable: eachUnit('disable', disable),
  kill: eachUnit('kill', async ({ service }, _, { signal = 'SIGTERM' }) => {
    service.kill((signal.startsWith('SIG') ? signal : `SIG${signal}`) as NodeJS.Signals)
    return succeed()
  }),
  cat: eachUnit('cat', async ({ path }, { files }) => succeed(`# ${path}\n${await files.read(path)}\n`)),
  'is-active': isInState(['active'], 3),
  'is-failed': isInState(['failed'], 1),
  'is-enabled': isEnabled,
  show,
  status,
  'list-units': listUnits,
  'reset-failed': async ({ manager }, units) => {
    for (const { service } of manager.loaded())
      if (!units.length || units.includes(service.settings().name)) service.resetFailed()
    return succeed()
  },
  'daemon-reload': async ({ manager }) => {
    await manager.reload()
    return succeed()
  },
  poweroff: async ({ power }) => {
    power('poweroff')
    return succeed()
  },
  reboot: async ({ power }) => {
    power('reboot')
    return succeed()
  },
}
