import { fail, succeed } from './reply.ts'
import { showProperties } from './show-properties.ts'
import type { Verb } from './systemctl-verb.ts'
import { describeStatus } from './unit-status.ts'

/** `is-active` and `is-failed`: a word a unit; success when one of them is in that state. */
export const isInState =
  (wanted: readonly string[], otherwise: number): Verb =>
  async ({ manager }, units, { quiet }) => {
    const states = await Promise.all(
      units.map(async (unit) => (await manager.load(unit))?.service.state().active ?? 'inactive'),
    )
    const code = states.some((state) => wanted.includes(state)) ? 0 : otherwise
    return { code, error: '', output: quiet ? '' : `${states.join('\n')}\n` }
  }

export const isEnabled: Verb = async ({ manager, files }, units, { quiet }) => {
  const words = await Promise.all(
    units.map(async (unit) => {
      if (await files.isEnabled(unit)) return 'enabled'
      return (await manager.load(unit)) ? 'disabled' : 'not-found'
    }),
  )
  const code = words.includes('enabled') ? 0 : words.includes('not-found') ? 4 : 1
  return { code, error: '', output: quiet ? '' : `${words.join('\n')}\n` }
}

export const show: Verb = async ({ manager, files }, units, { property, value }) => {
  const wanted = property?.flatMap((names) => names.split(','))
  const blocks = await Promise.all(
    units.map(async (unit) => {
      const loaded = await manager.load(unit)
      return showProperties(unit, loaded, await files.isEnabled(unit), wanted)
        .map(([key, text]) => (value ? `${text}\n` : `${key}=${text}\n`))
        .join('')
    }),
  )
  return succeed(blocks.join('\n'))
}

/** systemctl(1): 0 active, 3 not active, 4 no such unit. */
export const status: Verb = async ({ manager, journal }, units, { lines }) => {
  const loaded = await Promise.all(units.map((unit) => manager.load(unit)))
  const missing = units.find((_, index) => !loaded[index])
  if (missing !== undefined) return fail(`Unit ${missing} could not be found.`, 4)
  const found = loaded.filter((unit) => unit !== undefined)
  const active = found.every(({ service }) => service.state().active === 'active')
  const output = found.map((unit) => describeStatus(unit, journal, Number(lines ?? 10))).join('\n')
  return { code: active ? 0 : 3, error: '', output }
}

export const listUnits: Verb = async ({ manager }) =>
  succeed(
    manager
      .loaded()
      .map(({ service }) => ({ settings: service.settings(), state: service.state() }))
      .map(
        ({ settings, state }) =>
          `${settings.name} loaded ${state.active} ${state.sub} ${settings.description}\n`,
      )
      .join(''),
  )
