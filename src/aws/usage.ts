import {
  DescribeInstanceTypesCommand,
  type EC2Client,
  type Instance,
  paginateDescribeInstances,
  paginateDescribeInternetGateways,
  paginateDescribeSecurityGroups,
  paginateDescribeVolumes,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2'
import {
  type ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { GetAccountSummaryCommand, type IAMClient } from '@aws-sdk/client-iam'
import type { ByMarket } from '../cluster/quota.ts'
import { batches } from '../kit/batches.ts'

// The most that EC2 puts on a page; asked for none, it puts few there.
const PAGE = { MaxResults: 1000 }

/** All instances of the region that are pending or running, whoever's they are: how many of each type. */
export async function runningByType(ec2: EC2Client): Promise<ByMarket> {
  const count = { 'on-demand': new Map<string, number>(), spot: new Map<string, number>() }
  const add = ({ InstanceType, InstanceLifecycle: lifecycle }: Instance) => {
    const type: string = InstanceType ?? ''
    // What is neither stands on capacity that was bought by the block, and counts for neither quota.
    const market = lifecycle === 'spot' ? count.spot : lifecycle ? undefined : count['on-demand']
    market?.set(type, (market.get(type) ?? 0) + 1)
  }
  const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }]
  for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters, ...PAGE }))
    for (const { Instances = [] } of page.Reservations ?? []) Instances.forEach(add)
  return count
}

// DescribeInstanceTypes takes a hundred names.
const AT_ONCE = 100

/** vCPUs of an instance of each type. */
export async function cpusOfTypes(ec2: EC2Client, types: readonly string[]): Promise<Map<string, number>> {
  const cpus = new Map<string, number>()
  for (const batch of batches(types, AT_ONCE)) {
    const InstanceTypes = batch as never[]
    const { InstanceTypes: found = [] } = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes }))
    for (const { InstanceType: type = '', VCpuInfo: info } of found) cpus.set(type, info?.DefaultVCpus ?? 0)
  }
  return cpus
}

/** Sums over all pages. What is counted is the whole region's, whoever's it is. */
async function total<Page>(pages: AsyncIterable<Page>, countOf: (page: Page) => number): Promise<number> {
  let sum = 0
  for await (const page of pages) sum += countOf(page)
  return sum
}

export const countBalancers = (client: ElasticLoadBalancingV2Client): Promise<number> =>
  total(
    paginateDescribeLoadBalancers({ client }, {}),
    ({ LoadBalancers = [] }) => LoadBalancers.filter(({ Type: type }) => type === 'network').length,
  )

export const countTargetGroups = (client: ElasticLoadBalancingV2Client): Promise<number> =>
  total(paginateDescribeTargetGroups({ client }, {}), ({ TargetGroups = [] }) => TargetGroups.length)

export const countVpcs = (client: EC2Client): Promise<number> =>
  total(paginateDescribeVpcs({ client }, PAGE), ({ Vpcs = [] }) => Vpcs.length)

export const countGateways = (client: EC2Client): Promise<number> =>
  total(
    paginateDescribeInternetGateways({ client }, PAGE),
    ({ InternetGateways = [] }) => InternetGateways.length,
  )

export const countSecurityGroups = (client: EC2Client): Promise<number> =>
  total(paginateDescribeSecurityGroups({ client }, PAGE), ({ SecurityGroups = [] }) => SecurityGroups.length)

/** Interface endpoints of a VPC; gateway endpoints of the region where no VPC is named. */
export const countEndpoints = (client: EC2Client, vpcId: string | undefined): Promise<number> =>
  total(
    paginateDescribeVpcEndpoints(
      { client },
      {
        Filters: [
          { Name: 'vpc-endpoint-type', Values: [vpcId ? 'Interface' : 'Gateway'] },
          ...(vpcId ? [{ Name: 'vpc-id', Values: [vpcId] }] : []),
        ],
        ...PAGE,
      },
    ),
    ({ VpcEndpoints = [] }) => VpcEndpoints.length,
  )

/** GiB of all gp3 volumes. */
export const sizeOfGp3 = (client: EC2Client): Promise<number> =>
  total(
    paginateDescribeVolumes(
      { client },
      { Filters: [{ Name: 'volume-type', Values: ['gp3'] }], MaxResults: 500 },
    ),
    ({ Volumes = [] }) => Volumes.reduce((sum, { Size: gib = 0 }) => sum + gib, 0),
  )

interface Standing {
  readonly value: number
  readonly used: number
}

/** IAM tells its quotas itself, in every region: Service Quotas has them in one region of a partition only. */
export async function iamQuotas(iam: IAMClient): Promise<{ roles: Standing; profiles: Standing }> {
  const { SummaryMap: map = {} } = await iam.send(new GetAccountSummaryCommand({}))
  const of = (value: number | undefined, used: number | undefined): Standing => {
    if (value === undefined || used === undefined)
      throw new Error('IAM tells no quotas of roles and profiles')
    return { value, used }
  }
  return {
    roles: of(map.RolesQuota, map.Roles),
    profiles: of(map.InstanceProfilesQuota, map.InstanceProfiles),
  }
}
