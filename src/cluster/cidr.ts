/** An IPv4 range as two numbers, both inclusive. */
interface Range {
  readonly first: number
  readonly last: number
}

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/

/** What is wrong with `text` as a CIDR, or undefined. */
export function cidrFault(text: string): string | undefined {
  const match = CIDR.exec(text)
  if (!match) return `"${text}" is not a range: write an address and a prefix length, such as 10.42.0.0/16`
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number]
  if ([a, b, c, d].some((part) => part > 255)) return `"${text}": each part of an address is 0 to 255`
  if (prefix > 32) return `"${text}": a prefix length is 0 to 32`
  const address = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
  const start = Math.floor(address / 2 ** (32 - prefix)) * 2 ** (32 - prefix)
  if (start !== address) return `"${text}" has host bits set: did you mean ${dotted(start)}/${prefix}?`
  return undefined
}

/** The addresses of a CIDR that has no fault. */
function rangeOf(text: string): Range {
  const [address = '', prefix = '32'] = text.split('/')
  const first = address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
  return { first, last: first + 2 ** (32 - Number(prefix)) - 1 }
}

/** Whether two CIDRs share an address. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)]
  return a.first <= b.last && b.first <= a.last
}

/** Whether one CIDR lies inside another. */
export function contains(outer: string, inner: string): boolean {
  const [a, b] = [rangeOf(outer), rangeOf(inner)]
  return a.first <= b.first && b.last <= a.last
}

/** Its prefix length. */
export const rangeSize = (cidr: string) => Number(cidr.split('/')[1])

/** Cuts a range into `2 ** bits` ranges of one size. */
export function blocksOf(cidr: string, bits: number): string[] {
  const prefix = rangeSize(cidr) + bits
  const { first } = rangeOf(cidr)
  return Array.from({ length: 2 ** bits }, (_, at) => `${dotted(first + at * 2 ** (32 - prefix))}/${prefix}`)
}

/** How many machines a subnet of that range has room for: AWS keeps five addresses. */
export const roomIn = (cidr: string) => 2 ** (32 - rangeSize(cidr)) - 5

const dotted = (address: number) =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
