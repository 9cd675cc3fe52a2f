import { shortHash } from './ids.ts'

export interface Zone {
  name: string
  id: string
}

export interface Vpc {
  id: string
  cidr: string
  isDefault: boolean
  defaultGroupId: string
  dnsSupport: boolean
  dnsHostnames: boolean
}

export interface Subnet {
  id: string
  vpcId: string
  zone: string
  zoneId: string
  cidr: string
  /** Of a default VPC: the one that a launch gets which names a zone only. */
  isDefault: boolean
  /** Whether a machine gets a public address unless its launch says otherwise. */
  publicAddresses: boolean
}

/** Where packets for a range go. `local` is the VPC itself. */
export interface Route {
  destination: string
  gatewayId: string
}

export interface RouteTable {
  id: string
  vpcId: string
  /** The table of all subnets that are associated with no other. */
  main: boolean
  /** Association id → subnet id. */
  associations: ReadonlyMap<string, string>
  routes: readonly Route[]
}

export interface InternetGateway {
  id: string
  /** Undefined while it is detached. */
  vpcId: string | undefined
}

/** A way from a VPC to a service of AWS. */
export interface Endpoint {
  id: string
  vpcId: string
  kind: 'Interface' | 'Gateway'
  /** `com.amazonaws.eu-west-1.ssm` */
  service: string
  privateDns: boolean
  subnetIds: readonly string[]
  groupIds: readonly string[]
  routeTableIds: readonly string[]
  interfaceIds: readonly string[]
  state: 'pending' | 'available' | 'deleting'
  /** Milliseconds since the epoch. */
  createdAt: number
}

/** The networks of an account's region. */
export interface Network {
  zones: readonly Zone[]
  vpcs: Map<string, Vpc>
  subnets: Map<string, Subnet>
  routeTables: Map<string, RouteTable>
  gateways: Map<string, InternetGateway>
  endpoints: Map<string, Endpoint>
}

const DEFAULT_CIDR = '172.31.0.0/16'
const ZONE_LETTERS = ['a', 'b', 'c']

/** What AWS gives every region: a default VPC with a /20 in each zone, one route table, one internet gateway. */
export function defaultNetwork(account: string, region: string): Network {
  const id = (prefix: string, name: string) => `${prefix}-0${shortHash(`${account}/${region}/${name}`, 16)}`
  const zones = ZONE_LETTERS.map((letter, index) => ({
    name: `${region}${letter}`,
    id: `${shortRegion(region)}-az${index + 1}`,
  }))
  const vpc = newVpc(id('vpc', 'default'), DEFAULT_CIDR, id('sg', 'default'))
  const gateway = { id: id('igw', 'main'), vpcId: vpc.id }
  const table = mainTable(id('rtb', 'main'), vpc)
  const subnets = zones.map(
    (zone, index): Subnet => ({
      id: id('subnet', ZONE_LETTERS[index] ?? ''),
      vpcId: vpc.id,
      zone: zone.name,
      zoneId: zone.id,
      cidr: `172.31.${index * 16}.0/20`,
      isDefault: true,
      publicAddresses: true,
    }),
  )
  const routes = [...table.routes, { destination: '0.0.0.0/0', gatewayId: gateway.id }]
  return {
    zones,
    vpcs: new Map([[vpc.id, { ...vpc, isDefault: true, dnsHostnames: true }]]),
    subnets: new Map(subnets.map((subnet) => [subnet.id, subnet])),
    routeTables: new Map([[table.id, { ...table, routes }]]),
    gateways: new Map([[gateway.id, gateway]]),
    endpoints: new Map(),
  }
}

/** As CreateVpc makes one: names for hosts are off. */
export const newVpc = (id: string, cidr: string, defaultGroupId: string): Vpc => ({
  ...{ id, cidr, defaultGroupId },
  isDefault: false,
  dnsSupport: true,
  dnsHostnames: false,
})

/** The table that comes with a VPC. */
export const mainTable = (id: string, { id: vpcId, cidr }: Vpc): RouteTable => ({
  ...{ id, vpcId },
  main: true,
  associations: new Map(),
  routes: [{ destination: cidr, gatewayId: 'local' }],
})

/** eu-west-1 → euw1, as zone ids spell it. */
function shortRegion(region: string): string {
  const [area = '', direction = '', number = ''] = region.split('-')
  return `${area}${direction.replace(/^(north|south)(east|west)$/, '$1 $2').replace(/(\w)\w*\s?/g, '$1')}${number}`
}

export const defaultVpc = ({ vpcs }: Network): Vpc | undefined =>
  [...vpcs.values()].find(({ isDefault }) => isDefault)

/** The table that a subnet's packets follow: its own, or the VPC's main one. */
export function tableOf({ routeTables }: Network, subnet: Subnet): RouteTable | undefined {
  const tables = [...routeTables.values()].filter(({ vpcId }) => vpcId === subnet.vpcId)
  const own = tables.find(({ associations }) => [...associations.values()].includes(subnet.id))
  return own ?? tables.find(({ main }) => main)
}
