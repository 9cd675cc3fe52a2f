import * as z from 'zod'
import { cidrFault } from './cidr.ts'
import { labelFault, taintFault } from './labels.ts'

// Building blocks of inputs. Each takes what an action's input hands over (text) and what YAML holds (numbers, lists),
// and says in the user's words what it wants instead of another kind of value.

/** Text of one form, with our words for what is expected. */
export const text = (form: RegExp, expected: string) => z.string({ error: expected }).regex(form, expected)

/** A whole number. */
export const count = (min: number, max: number, unit: string) => {
  const error = `write a whole number of ${unit} from ${min} to ${max}`
  return z
    .union([z.number(), z.string()], { error })
    .transform(Number)
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, { error })
}

/** One of a few words. */
export const choice = <const Words extends readonly string[]>(...words: Words) =>
  z.enum(words, { error: `choose ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` })

/** yes or no, as GitHub and YAML write it. */
export const flag = z
  .union([z.boolean(), z.string()], { error: 'write true or false' })
  .transform((value) => String(value).toLowerCase())
  .refine((value) => value === 'true' || value === 'false', { error: 'write true or false' })
  .transform((value) => value === 'true')

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** `90s`, `15m`, `2h`, `1d` → seconds. */
export const duration = text(
  /^[1-9]\d{0,5}[smhd]$/,
  'write a number and s, m, h or d: 90s, 15m, 2h',
).transform((time) => Number(time.slice(0, -1)) * SECONDS[time.at(-1) as keyof typeof SECONDS])

/**
 * Items separated by commas or new lines, or a YAML list; `none` is an empty list, as an empty input means the default.
 * `faultOf` says what is wrong with one item.
 */
export const list = (faultOf: (item: string) => string | undefined) =>
  z
    .union([z.string(), z.array(z.string())], { error: 'write a list, separated by commas' })
    .transform((value) => (typeof value === 'string' ? value.split(/[,\n]/) : value))
    .transform((items) => items.map((item) => item.trim()).filter((item) => item && item !== 'none'))
    .superRefine((items, context) => {
      for (const item of items) {
        const fault = faultOf(item)
        if (fault) context.addIssue(fault)
      }
    })

/** A string that `faultOf` finds nothing wrong with. */
export const judged = (faultOf: (value: string) => string | undefined) =>
  z
    .string({ error: ({ input }) => faultOf(JSON.stringify(input) ?? '') ?? 'write text, in quotes' })
    .superRefine((value, context) => {
      const fault = faultOf(value)
      if (fault) context.addIssue(fault)
    })

const INSTANCE_TYPE = /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|xlarge|\d+xlarge|metal(-\d+xl)?)$/

/** EC2 instance types in order of preference, each once. */
export const instanceTypes = list((type) =>
  INSTANCE_TYPE.test(type)
    ? undefined
    : `"${type}" is not an EC2 instance type: write one such as t3.large or m7g.xlarge`,
)
  .transform((types) => [...new Set(types)])
  .refine((types) => types.length > 0, { error: 'name at least one instance type' })

export const labels = list(labelFault)
export const taints = list(taintFault)

/** One IPv4 range in CIDR notation. */
export const cidr = judged(cidrFault)

/** An http(s) address without a trailing slash. */
export const httpUrl = text(
  /^https?:\/\/[^\s/]+/,
  'write an address that starts with https:// (or http:// for a mirror of your own)',
).transform((url) => url.replace(/\/+$/, ''))
