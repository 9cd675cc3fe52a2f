import type { ClusterNode, ClusterNodes } from './nodes.ts'
import { type MachineWish, nodesOf } from './plan.ts'

/** How AWS's price list knows something that is charged for. */
export interface Rate {
  readonly what: string
  readonly serviceCode: 'AmazonEC2' | 'AmazonVPC' | 'AWSELB'
  /** Attributes of the product, all of which must match. */
  readonly attributes: Readonly<Record<string, string>>
  /** What tells it from products that match too. */
  readonly usageType?: RegExp
  readonly unit: 'Hrs' | 'GB-Mo'
}

export interface Charge {
  readonly rate: Rate
  /** Machines, balancers, addresses, interfaces of endpoints; GB of volumes. */
  readonly quantity: number
}

/** On demand, Linux, on shared hardware. */
const instanceRate = (instanceType: string, regionCode: string): Rate => ({
  what: instanceType,
  serviceCode: 'AmazonEC2',
  attributes: {
    instanceType,
    regionCode,
    operatingSystem: 'Linux',
    preInstalledSw: 'NA',
    tenancy: 'Shared',
    capacitystatus: 'Used',
    operation: 'RunInstances',
  },
  unit: 'Hrs',
})

const volumeRate = (regionCode: string): Rate => ({
  what: 'gp3 volumes',
  serviceCode: 'AmazonEC2',
  attributes: { productFamily: 'Storage', volumeApiName: 'gp3', regionCode, locationType: 'AWS Region' },
  unit: 'GB-Mo',
})

const balancerRate = (regionCode: string): Rate => ({
  what: 'network load balancer',
  serviceCode: 'AWSELB',
  attributes: { productFamily: 'Load Balancer-Network', regionCode, locationType: 'AWS Region' },
  // Outside us-east-1 a usage type begins with the region: EU-LoadBalancerUsage. Capacity units have types of their own.
  usageType: /^([A-Z0-9]+-)?LoadBalancerUsage$/,
  unit: 'Hrs',
})

// Products of public addresses have no family. What nobody uses, and a block of one's own, is of their group too.
const addressRate = (regionCode: string): Rate => ({
  what: 'public IPv4 addresses',
  serviceCode: 'AmazonVPC',
  attributes: { group: 'VPCPublicIPv4Address', regionCode },
  usageType: /^([A-Z0-9]+-)?PublicIPv4:InUseAddress$/,
  unit: 'Hrs',
})

/** Of an interface in one zone. Gateway endpoints cost nothing. */
const endpointRate = (regionCode: string): Rate => ({
  what: 'interfaces of VPC endpoints',
  serviceCode: 'AmazonVPC',
  attributes: { productFamily: 'VpcEndpoint', regionCode },
  usageType: /^([A-Z0-9]+-)?VpcEndpoint-Hours$/,
  unit: 'Hrs',
})

/** Machines of a cluster by instance type, once a run has added what is missing: none that stands is taken away. */
export function machinesByType(standing: ClusterNodes, wishes: readonly MachineWish[]): Map<string, number> {
  const count = new Map<string, number>()
  const add = (type: string, more: number) => {
    if (more > 0) count.set(type, (count.get(type) ?? 0) + more)
  }
  const nodes = [...standing.servers, ...standing.agents]
  for (const { instanceType } of nodes) add(instanceType, 1)
  for (const wish of wishes) add(wish.instanceTypes[0] ?? '', missing(nodes, wish))
  return count
}

const missing = (nodes: readonly ClusterNode[], wish: MachineWish) =>
  wish.count -
  nodesOf(wish, nodes).filter(({ role, index }) => role === 'agent' || index <= wish.count).length

/** What of a cluster is charged for by the hour. */
interface Charged {
  /** By instance type. */
  readonly machines: ReadonlyMap<string, number>
  readonly region: string
  /** Of each machine's root. */
  readonly volumeGib: number
  /** Of the data disks of all machines. */
  readonly dataGib: number
  /** Public ones. */
  readonly addresses: number
  /** Of VPC endpoints that are the cluster's, one in each zone. */
  readonly interfaces: number
}

/** What a cluster is charged for by the hour. Traffic and balancer capacity units come on top. */
export function chargesOf({
  machines,
  region,
  volumeGib,
  dataGib,
  addresses,
  interfaces,
}: Charged): Charge[] {
  const count = [...machines.values()].reduce((sum, one) => sum + one, 0)
  return [
    ...[...machines].map(([type, quantity]) => ({ rate: instanceRate(type, region), quantity })),
    { rate: volumeRate(region), quantity: count * volumeGib + dataGib },
    { rate: balancerRate(region), quantity: 1 },
    ...(addresses ? [{ rate: addressRate(region), quantity: addresses }] : []),
    ...(interfaces ? [{ rate: endpointRate(region), quantity: interfaces }] : []),
  ]
}

interface CostLine {
  readonly what: string
  readonly quantity: number
  readonly unit: Rate['unit']
  readonly usdPerUnit: number
  readonly usdPerHour: number
}

export interface Cost {
  readonly lines: readonly CostLine[]
  readonly usdPerHour: number
  /** From now until `expires-at`. */
  readonly hours: number
  readonly usdUntilExpiry: number
}

// 365 × 24 / 12, as AWS's own calculator counts a month.
const HOURS_A_MONTH = 730

/** `usd` of each charge is the price of one unit. */
export function costOf(priced: readonly (Charge & { usd: number })[], hours: number): Cost {
  const lines = priced.map(({ rate, quantity, usd }) => ({
    what: rate.what,
    quantity,
    unit: rate.unit,
    usdPerUnit: usd,
    usdPerHour: (quantity * usd) / (rate.unit === 'GB-Mo' ? HOURS_A_MONTH : 1),
  }))
  const usdPerHour = lines.reduce((sum, line) => sum + line.usdPerHour, 0)
  return { lines, usdPerHour, hours, usdUntilExpiry: usdPerHour * hours }
}

/** A machine that is, or was, charged for. Times are milliseconds since the epoch. */
interface ChargedMachine {
  readonly instanceType: string
  readonly launchedAt: number
  /** Undefined while it runs, NaN where nothing tells. */
  readonly endedAt: number | undefined
}

/** What AWS still shows of a cluster, and charges for by the hour. */
export interface ChargedSoFar {
  readonly machines: readonly ChargedMachine[]
  /** When each load balancer was made. */
  readonly balancers: readonly number[]
  readonly endpoints: readonly { readonly createdAt: number; readonly interfaces: number }[]
}

/** What has been charged for until `now`, in hours. Volumes and public addresses come on top, and machines whose end nothing tells. */
export function chargesSoFar(
  { machines, balancers, endpoints }: ChargedSoFar,
  region: string,
  now: number,
): Charge[] {
  const between = (from: number, to: number) => Math.max(0, to - from) / 3_600_000
  const hours = new Map<string, number>()
  for (const { instanceType: type, launchedAt, endedAt = now } of machines)
    if (!Number.isNaN(endedAt)) hours.set(type, (hours.get(type) ?? 0) + between(launchedAt, endedAt))
  const ofBalancers = balancers.reduce((sum, one) => sum + between(one, now), 0)
  const ofEndpoints = endpoints.reduce((sum, one) => sum + one.interfaces * between(one.createdAt, now), 0)
  return [
    ...[...hours].map(([type, quantity]) => ({ rate: instanceRate(type, region), quantity })),
    ...(balancers.length ? [{ rate: balancerRate(region), quantity: ofBalancers }] : []),
    ...(ofEndpoints ? [{ rate: endpointRate(region), quantity: ofEndpoints }] : []),
  ]
}

/** A machine that its own timer ended, ended at its `expires-at`: EC2 says only that the guest did it. Times as in `ChargedMachine`. */
export function endByTimer(reason: string | undefined, expiresAt: number, now: number): number {
  const byGuest = reason === 'Client.InstanceInitiatedShutdown'
  return byGuest && expiresAt <= now ? expiresAt : Number.NaN
}

/** Which machines are missing from a sum, in words; undefined when none is known to be. */
export function missingMachines(machines: readonly ChargedMachine[]): string | undefined {
  if (!machines.length) return 'its machines are gone'
  const untold = machines.filter(({ endedAt = 0 }) => Number.isNaN(endedAt)).length
  return untold ? `nothing tells when ${untold} of its machines ended` : undefined
}

/** What a cluster has cost until now, as far as that can be said, or why it can't. */
export type Spent =
  | {
      readonly usd: number
      /** Why the sum is without some of its machines. */
      readonly without?: string
    }
  | { readonly unknown: string }

/** `3.06`, `0.12 without machines: its machines are gone`, `unknown: …`. */
export function spentText(spent: Spent): string {
  if ('unknown' in spent) return `unknown: ${spent.unknown}`
  return `${usdText(spent.usd)}${spent.without ? ` without machines: ${spent.without}` : ''}`
}

/** Two decimals: `3.06`. */
export const usdText = (usd: number) => usd.toFixed(2)

/** The region whose endpoint has the price list, nearest first; undefined in partitions that have none in USD. */
export function priceListRegion(region: string): string | undefined {
  if (/^(cn|us-gov|us-iso\w*|eu-iso\w*|eusc)-/.test(region)) return undefined
  if (region.startsWith('ap-')) return 'ap-south-1'
  return /^(us|ca|sa|mx)-/.test(region) ? 'us-east-1' : 'eu-central-1'
}
