import {
  DescribeInstanceTypesCommand,
  type EC2Client,
  paginateDescribeInstances,
  paginateDescribeSecurityGroups,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2'
import {
  type ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2'

/** All on-demand instances of the region that are pending or running, whoever's they are: how many of each type. */
export async function runningByType(ec2: EC2Client): Promise<Map<string, number>> {
  const count = new Map<string, number>()
  const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }]
  for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters, MaxResults: 1000 }))
    for (const { Instances = [] } of page.Reservations ?? [])
      for (const { InstanceType: type = '', InstanceLifecycle: lifecycle } of Instances)
        if (!lifecycle) count.set(type, (count.get(type) ?? 0) + 1)
  return count
}

// DescribeInstanceTypes takes a hundred names.
const AT_ONCE = 100

/** vCPUs of an instance of each type. */
export async function cpusOfTypes(ec2: EC2Client, types: readonly string[]): Promise<Map<string, number>> {
  const cpus = new Map<string, number>()
  for (let start = 0; start < types.length; start += AT_ONCE) {
    const InstanceTypes = types.slice(start, start + AT_ONCE) as never[]
    const { InstanceTypes: found = [] } = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes }))
    for (const { InstanceType: type = '', VCpuInfo: info } of found) cpus.set(type, info?.DefaultVCpus ?? 0)
  }
  return cpus
}

/** How many of these the region has, whoever's they are. */
export async function countBalancing(
  elb: ElasticLoadBalancingV2Client,
): Promise<{ balancers: number; targetGroups: number }> {
  let [balancers, targetGroups] = [0, 0]
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client: elb }, {}))
    balancers += LoadBalancers.filter(({ Type: type }) => type === 'network').length
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client: elb }, {}))
    targetGroups += TargetGroups.length
  return { balancers, targetGroups }
}

export async function countVpcs(ec2: EC2Client): Promise<number> {
  let count = 0
  for await (const page of paginateDescribeVpcs({ client: ec2 }, {})) count += page.Vpcs?.length ?? 0
  return count
}

export async function countSecurityGroups(ec2: EC2Client): Promise<number> {
  let count = 0
  for await (const page of paginateDescribeSecurityGroups({ client: ec2 }, { MaxResults: 1000 }))
    count += page.SecurityGroups?.length ?? 0
  return count
}
