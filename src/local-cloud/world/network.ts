import { shortHash } from './ids.ts'

export interface Subnet {
  id: string
  zone: string
  zoneId: string
  /** First address of the /20, e.g. `172.31.16.0`. */
  base: string
}

/** The VPC of an account's region, its default one unless told otherwise: a /20 in each zone, one route table, one internet gateway. */
export interface Network {
  vpcId: string
  isDefault: boolean
  subnets: readonly Subnet[]
  routeTableId: string
  gatewayId: string
  defaultGroupId: string
}

export const VPC_CIDR = '172.31.0.0/16'
export const SUBNET_PREFIX = 20
/** A /20 less the five addresses that AWS keeps: the first four and the last. */
export const SUBNET_ADDRESSES = 2 ** (32 - SUBNET_PREFIX) - 5
const ZONE_LETTERS = ['a', 'b', 'c']

export function defaultNetwork(account: string, region: string): Network {
  const id = (prefix: string, name: string) => `${prefix}-0${shortHash(`${account}/${region}/${name}`, 16)}`
  return {
    vpcId: id('vpc', 'default'),
    isDefault: true,
    routeTableId: id('rtb', 'main'),
    gatewayId: id('igw', 'main'),
    defaultGroupId: id('sg', 'default'),
    subnets: ZONE_LETTERS.map((letter, index) => ({
      id: id('subnet', letter),
      zone: `${region}${letter}`,
      zoneId: `${shortRegion(region)}-az${index + 1}`,
      base: `172.31.${index * 16}.0`,
    })),
  }
}

/** eu-west-1 → euw1, as zone ids spell it. */
function shortRegion(region: string): string {
  const [area = '', direction = '', number = ''] = region.split('-')
  return `${area}${direction.replace(/^(north|south)(east|west)$/, '$1 $2').replace(/(\w)\w*\s?/g, '$1')}${number}`
}

export const toNumber = (address: string) =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

export const toAddress = (number: number) =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')

export const subnetOf = (network: Network, address: string) =>
  network.subnets.find(({ base }) => {
    const offset = toNumber(address) - toNumber(base)
    return offset >= 0 && offset < 2 ** (32 - SUBNET_PREFIX)
  })

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
  const first = toNumber(subnet.base) + 4
  const start = last === undefined ? first : toNumber(last) + 1
  for (let step = 0; step < SUBNET_ADDRESSES; step++) {
    const address = toAddress(first + ((start - first + step) % SUBNET_ADDRESSES))
    if (!used.has(address)) return address
  }
  return undefined
}

/** `ip-172-31-0-11`, as EC2 names hosts by address. */
export const hostnameOf = (address: string) => `ip-${address.replaceAll('.', '-')}`
