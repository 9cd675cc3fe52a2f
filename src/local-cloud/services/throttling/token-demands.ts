import type { Call } from '../../wire/service.ts'
import type { TokenBucket } from '../../world/token-bucket.ts'

/** Tokens that a call takes out of one bucket of the account's in its region. */
export interface TokenDemand {
  /** Which bucket it is: `ec2:RunInstances`. */
  name: string
  bucket: TokenBucket
  tokens: number
  /** For what the call touches: one that is refused touches nothing. */
  ofResources?: true
}

type Input = Readonly<Record<string, unknown>>
type Asked = Pick<Call, 'service' | 'operation'>

const bucket = (capacity: number, refill: number): TokenBucket => ({ capacity, refill })

const isRead = (operation: string) => /^(Describe|Get|List)/.test(operation)

/**
 * What a call takes, by the tables that AWS publishes: "Request throttling for the Amazon EC2 API" (each operation has a
 * bucket, and some one more for the resources that they touch) and "Request throttling for the Elastic Load Balancing API"
 * (for each version of it one for the account and one for each category). Parameter Store stores 3 parameters a second
 * (github-aws-runners/terraform-aws-github-runner issue 2944). For the rest of Systems Manager, IAM and STS no
 * figures are published: nothing is taken.
 */
export function tokenDemands(call: Asked, input: Input): TokenDemand[] {
  const { service, operation } = call
  if (service === 'ec2') return [ofRequest(operation, input), ...ofResources(operation, input)]
  if (service === 'elb' || service === 'elbv2') return ofBalancing(service, operation)
  if (operation === 'PutParameter') return [{ name: 'ssm:PutParameter', bucket: bucket(3, 3), tokens: 1 }]
  return []
}

const EC2_READ = bucket(100, 20)
const EC2_WRITE = bucket(50, 5)
const UNFILTERED = bucket(50, 10)
const OWN: Readonly<Record<string, TokenBucket>> = {
  CreateTags: bucket(100, 10),
  CreateVolume: bucket(100, 5),
  CreateVpcEndpoint: bucket(4, 0.3),
  CreateNatGateway: bucket(10, 1),
  DeleteNatGateway: bucket(10, 1),
  DeleteTags: bucket(100, 10),
  DeleteVolume: bucket(100, 5),
  DeleteVpcEndpoints: bucket(4, 0.3),
  RunInstances: bucket(5, 2),
  StartInstances: bucket(5, 2),
  TerminateInstances: bucket(100, 5),
}
/** Without filter and without pages they take from a smaller bucket. */
const COSTLY_READS = [
  'DescribeInstances',
  'DescribeInstanceStatus',
  'DescribeNetworkInterfaces',
  'DescribeSecurityGroups',
  'DescribeSnapshots',
  'DescribeVolumes',
]

function ofRequest(operation: string, { Filters: filters, MaxResults: page }: Input): TokenDemand {
  const name = `ec2:${operation}`
  if (COSTLY_READS.includes(operation) && filters === undefined && page === undefined)
    return { name: `${name} without filter`, bucket: UNFILTERED, tokens: 1 }
  return { name, bucket: OWN[operation] ?? (isRead(operation) ? EC2_READ : EC2_WRITE), tokens: 1 }
}

const RESOURCES: Readonly<Record<string, TokenBucket>> = {
  RunInstances: bucket(1000, 2),
  StartInstances: bucket(1000, 2),
  StopInstances: bucket(1000, 20),
  TerminateInstances: bucket(1000, 20),
}

function ofResources(operation: string, input: Input): TokenDemand[] {
  const resources = RESOURCES[operation]
  if (!resources) return []
  const { MaxCount: most = 1, InstanceIds: ids } = input
  const tokens = Array.isArray(ids) ? ids.length : Number(most)
  return [{ name: `ec2:${operation} by instance`, bucket: resources, tokens, ofResources: true }]
}

function ofBalancing(service: string, operation: string): TokenDemand[] {
  const category = (name: string, capacity: number, refill: number): TokenDemand[] => [
    { name: service, bucket: bucket(40, 10), tokens: 1 },
    { name: `${service} ${name}`, bucket: bucket(capacity, refill), tokens: 1 },
  ]
  if (operation === 'CreateLoadBalancer') return category('resource-intensive', 10, 0.2)
  if (/^(Register|Deregister)Targets$/.test(operation)) return category('registration', 20, 4)
  return isRead(operation) ? category('non-mutating', 40, 10) : category('mutating', 20, 3)
}
