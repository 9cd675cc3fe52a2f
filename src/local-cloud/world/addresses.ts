import type { Network, Subnet } from './network.ts'

/** AWS keeps the first four addresses of a subnet and its last. */
const KEPT_FIRST = 4
const KEPT = 5

export const toNumber = (address: string) =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

export const toAddress = (number: number) =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')

/** A range as its first address and how many it has; undefined for what is no range, or has host bits set. */
export function rangeOf(cidr: string): { first: number; size: number; prefix: number } | undefined {
  const [, base = '', digits = ''] = /^((?:\d{1,3}\.){3}\d{1,3})\/(\d{1,2})$/.exec(cidr) ?? []
  const [first, prefix] = [toNumber(base), Number(digits)]
  const size = 2 ** (32 - prefix)
  const isRange = base !== '' && prefix <= 32 && base.split('.').every((part) => Number(part) < 256)
  return isRange && first % size === 0 ? { first, size, prefix } : undefined
}

/** Whether two ranges share an address. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)]
  return a !== undefined && b !== undefined && a.first < b.first + b.size && b.first < a.first + a.size
}

/** Whether a range lies inside another one. */
export function isWithin(inner: string, outer: string): boolean {
  const [a, b] = [rangeOf(inner), rangeOf(outer)]
  return a !== undefined && b !== undefined && a.first >= b.first && a.first + a.size <= b.first + b.size
}

/** How many machines a subnet has room for. */
export const addressesIn = ({ cidr }: Subnet) => (rangeOf(cidr)?.size ?? KEPT) - KEPT

/** The subnet of a VPC that an address lies in. */
export const subnetOf = ({ subnets }: Network, vpcId: string, address: string): Subnet | undefined =>
  [...subnets.values()].find((subnet) => subnet.vpcId === vpcId && isWithin(`${address}/32`, subnet.cidr))

/**
 * The next free address of the subnet, after `last`, so that an address comes back as late as possible: a new machine
 * with the address of one just gone would be taken for it.
 * @returns undefined when the subnet is full
 */
export function nextAddress(
  subnet: Subnet,
  used: ReadonlySet<string>,
  last: string | undefined,
): string | undefined {
  const first = (rangeOf(subnet.cidr)?.first ?? 0) + KEPT_FIRST
  const count = addressesIn(subnet)
  const start = last === undefined ? first : toNumber(last) + 1
  for (let step = 0; step < count; step++) {
    const address = toAddress(first + ((start - first + step) % count))
    if (!used.has(address)) return address
  }
  return undefined
}

/** `ip-172-31-0-11`, as EC2 names hosts by address. */
export const hostnameOf = (address: string) => `ip-${address.replaceAll('.', '-')}`
