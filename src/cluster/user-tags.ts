import type { Tags } from './tags.ts'

// What EC2, Elastic Load Balancing, IAM and Systems Manager all take in tags; a comma separates tags here.
const CHARACTERS = /^[\p{L}\p{N} _.:/=+@-]*$/u
const LONGEST_KEY = 128
const LONGEST_VALUE = 256
/** AWS takes 50 on a resource; ours, and those that a run sets later, need the rest. */
export const MOST_TAGS = 35

const NOT_THEIRS = /^(aws:|rke2-action:|kubernetes\.io\/cluster\/|Name$)/i

/** Of a thing's tags those that its user wished. */
export const wishedTags = (tags: Tags): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !NOT_THEIRS.test(key)))

/** What is wrong with `key=value` as a tag of one's own. */
export function tagFault(item: string): string | undefined {
  const at = item.indexOf('=')
  if (at < 1) return `"${item}" is not a tag: write key=value`
  const key = item.slice(0, at)
  if (/^aws:/i.test(key)) return `"${key}": keys that begin with aws: are AWS’s own`
  if (NOT_THEIRS.test(key)) return `"${key}" is set by rke2-action itself`
  if (!CHARACTERS.test(item))
    return `"${item}": AWS takes letters, digits, spaces and _ . : / = + - @ in tags, and nothing else`
  if (key.length > LONGEST_KEY) return `"${key}" is longer than the ${LONGEST_KEY} characters of a key`
  if (item.length - at - 1 > LONGEST_VALUE)
    return `the value of "${key}" is longer than ${LONGEST_VALUE} characters`
  return undefined
}

/** `team=web` → `{ team: 'web' }`. */
export const userTags = (items: readonly string[]): Tags =>
  Object.fromEntries(
    items.map((item) => [item.slice(0, item.indexOf('=')), item.slice(item.indexOf('=') + 1)]),
  )
