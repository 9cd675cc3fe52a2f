import { contains } from './cidr.ts'
import type { Subnet } from './network-faults.ts'

/** A route table as far as it matters for a way out. */
export interface RouteTable {
  readonly id: string
  readonly main: boolean
  readonly subnetIds: readonly string[]
  /** Id of what packets for anywhere are sent to (igw-…, nat-…, tgw-…); undefined where they are sent nowhere, or to what is gone. */
  readonly wayOut: string | undefined
}

/** A gateway endpoint: routes of tables to a service's addresses. */
export interface GatewayEndpoint {
  /** `com.amazonaws.eu-west-1.s3` */
  readonly service: string
  readonly tableIds: readonly string[]
}

/** An endpoint of the VPC for a service of AWS. */
export interface Endpoint {
  readonly id: string
  /** `com.amazonaws.eu-west-1.ssm` */
  readonly service: string
  readonly available: boolean
  /** Answers to the service's own name, which is the one that the agent calls. */
  readonly privateDns: boolean
  /** Ranges that its security groups let in on 443. */
  readonly admits: readonly string[]
  /** The cluster that it was made for, and that it goes with. */
  readonly cluster?: string
}

/** What the SSM agent talks to (Systems Manager user guide, "Create VPC endpoints"). Agents since 3.3.40 may do without the last. */
const AGENT_SERVICES = ['ssm', 'ssmmessages', 'ec2messages'] as const

/** What stands between some subnets and AWS's services, and what would mend it. */
export interface Isolation {
  /** Subnets without any way out. */
  readonly subnets: readonly Subnet[]
  /** Short names of services that they need an endpoint for and have none. */
  readonly missing: readonly string[]
  /** One line a fault that no new endpoint would mend, each with the input or resource to change. */
  readonly faults: readonly string[]
}

/** Whether a cluster's machines in these subnets reach AWS's services, by the VPC's route tables and endpoints. */
export function isolationOf(
  cluster: string,
  subnets: readonly Subnet[],
  tables: readonly RouteTable[],
  endpoints: readonly Endpoint[],
): Isolation {
  const named = subnets.map((subnet) => ({ subnet, wayOut: tableOf(subnet, tables)?.wayOut }))
  const nameless = named.filter(({ subnet, wayOut }) => wayOut?.startsWith('igw-') && !subnet.publicAddresses)
  const cut = [...nameless, ...named.filter(({ wayOut }) => wayOut === undefined)].map(({ subnet }) => subnet)
  if (!cut.length) return { subnets: [], missing: [], faults: [] }
  const usable = (service: string) =>
    endpoints.filter((one) => one.privateDns && one.service.endsWith(`.${service}`))
  const missing = AGENT_SERVICES.filter((service) => !usable(service).length)
  return {
    subnets: cut,
    missing,
    faults: AGENT_SERVICES.flatMap((one) => faultsOf(usable(one), cut, cluster)),
  }
}

/** What keeps the internet from a load balancer in these subnets, in words that name the input; undefined when nothing does. */
export function unreachableBalancer(
  subnets: readonly Subnet[],
  tables: readonly RouteTable[],
): string | undefined {
  const hidden = subnets.filter((subnet) => !tableOf(subnet, tables)?.wayOut?.startsWith('igw-'))
  if (!hidden.length) return undefined
  return `load-balancer: an internet-facing one needs subnets that lead to an internet gateway, and ${hidden.map(({ id }) => id).join(', ')} don’t`
}

/** Whether the artifacts lie in a bucket: `https://bucket.s3.eu-west-1.amazonaws.com`, also `s3-accesspoint` and China's. */
export const isInS3 = (artifactUrl: string): boolean =>
  /^(.*\.)?s3[.-][\w.-]*amazonaws\.com(\.cn)?$/.test(new URL(artifactUrl).hostname)

/** The route tables of subnets without another way out that don't lead to S3. */
export function tablesWithoutS3(
  cut: readonly Subnet[],
  tables: readonly RouteTable[],
  gateways: readonly GatewayEndpoint[],
): string[] {
  const leading = gateways
    .filter(({ service }) => service.endsWith('.s3'))
    .flatMap(({ tableIds }) => tableIds)
  const own = cut.flatMap((subnet) => tableOf(subnet, tables)?.id ?? [])
  return [...new Set(own)].filter((id) => !leading.includes(id))
}

/** What keeps machines without a way out from RKE2's releases, in words that name the input; undefined when they may have a way of their own. */
export function unreachableArtifacts(
  { subnets }: Isolation,
  { artifactUrl, image }: { artifactUrl: string; image: string },
): string | undefined {
  // An image of the user's own may hold them already.
  if (!subnets.length || image.startsWith('ami-') || new URL(artifactUrl).hostname !== 'github.com')
    return undefined
  return `artifact-url: machines in ${subnets.map(({ id }) => id).join(', ')} have no way to github.com, where RKE2 would come from`
}

const tableOf = ({ id }: Subnet, tables: readonly RouteTable[]) =>
  tables.find(({ subnetIds }) => subnetIds.includes(id)) ?? tables.find(({ main }) => main)

function faultsOf(usable: readonly Endpoint[], cut: readonly Subnet[], cluster: string): string[] {
  return usable.flatMap(({ id, service, available, admits, cluster: owner }) => {
    if (owner === cluster) return []
    if (owner)
      return [
        `subnet-ids: ${id} (${service}) was made for the cluster ${owner} and goes with it: make endpoints that stay, or add a route to a NAT gateway`,
      ]
    if (!available) return [`subnet-ids: ${id} (${service}) is not available`]
    const shut = cut.filter(({ cidr }) => !admits.some((range) => contains(range, cidr)))
    if (!shut.length) return []
    return [
      `subnet-ids: the security groups of ${id} (${service}) don’t let ${shut.map((one) => `${one.id} (${one.cidr})`).join(', ')} in: open TCP 443 from there`,
    ]
  })
}

/** What a user is told of subnets that machines could never be reached in. */
export const isolationWords = ({ subnets, missing }: Isolation, vpcId: string): string =>
  `subnet-ids: machines in ${subnets.map(({ id }) => id).join(', ')} have no way to Systems Manager: no NAT gateway, no public address, and ${vpcId} has no VPC endpoint with private DNS for ${missing.join(', ')}`
