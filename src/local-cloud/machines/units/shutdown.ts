import { parseArgs } from 'node:util'
import { messageOf } from '../../../kit/errors.ts'
import { fail, type Reply, succeed } from './reply.ts'

export type PowerKind = 'poweroff' | 'reboot'

const OPTIONS = {
  reboot: { type: 'boolean', short: 'r' },
  poweroff: { type: 'boolean', short: 'P' },
  h: { type: 'boolean', short: 'h' },
  halt: { type: 'boolean', short: 'H' },
  cancel: { type: 'boolean', short: 'c' },
  'no-wall': { type: 'boolean' },
} as const

export interface ScheduledShutdown {
  kind: PowerKind
  /** Minutes from now. Nothing is left of a cancelled one. */
  minutes: number
}

/**
 * What `shutdown -r +1 "why"` asks for; nothing when it cancels.
 * @throws Error on an option or a time (such as 23:55) that is not known.
 */
export function parseShutdown(args: string[]): ScheduledShutdown | undefined {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  if (values.cancel) return undefined
  const when = positionals[0] ?? '+1'
  const minutes = when === 'now' ? 0 : Number(when.match(/^\+?(\d+)$/)?.[1] ?? Number.NaN)
  if (Number.isNaN(minutes)) throw new Error(`the local cloud does not know the time ${when}`)
  return { kind: values.reboot ? 'reboot' : 'poweroff', minutes }
}

/** `shutdown`; its minutes are shortened like every other wait. */
export function createShutdown(speed: number, power: (kind: PowerKind) => void) {
  let timer: NodeJS.Timeout | undefined
  return (args: string[]): Reply => {
    try {
      const wanted = parseShutdown(args)
      clearTimeout(timer)
      if (wanted) timer = setTimeout(() => power(wanted.kind), (wanted.minutes * 60_000) / speed)
      return succeed()
    } catch (error) {
      return fail(`shutdown: ${messageOf(error)}`)
    }
  }
}
