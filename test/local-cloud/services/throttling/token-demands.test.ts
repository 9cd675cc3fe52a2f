import { expect, test } from '@jest/globals'
import { createAccountBuckets } from '../../../../src/local-cloud/services/throttling/account-buckets.ts'
import { tokenDemands } from '../../../../src/local-cloud/services/throttling/token-demands.ts'
import type { ServiceName } from '../../../../src/local-cloud/wire/service.ts'

/** How many of `calls` equal calls pass at once, and how many more after `seconds`. */
function passing(
  [service, operation, input]: readonly [ServiceName, string, Record<string, unknown>],
  seconds: number,
): [number, number] {
  const buckets = createAccountBuckets()
  const demands = tokenDemands({ service, operation }, input)
  const pass = (at: number) =>
    Array.from({ length: 200 }, () => buckets.take(demands, at)).filter((short) => !short).length
  return [pass(0), pass(seconds)]
}

test.each([
  // AWS's tables, row by row: at once, seconds, then.
  ['ec2', 'DescribeSubnets', {}, 100, 1, 20],
  ['ec2', 'DescribeInstances', { Filters: [] }, 100, 1, 20],
  ['ec2', 'DescribeInstances', { InstanceIds: ['i-1'] }, 50, 1, 10],
  ['ec2', 'DescribeSecurityGroups', { MaxResults: 1000 }, 100, 1, 20],
  ['ec2', 'CreateSecurityGroup', {}, 50, 2, 10],
  ['ec2', 'AuthorizeSecurityGroupIngress', {}, 50, 2, 10],
  ['ec2', 'CreateTags', {}, 100, 1, 10],
  ['ec2', 'RunInstances', { MaxCount: 1 }, 5, 1, 2],
  ['ec2', 'RunInstances', { MaxCount: 400 }, 2, 100, 1],
  ['ec2', 'TerminateInstances', { InstanceIds: Array.from({ length: 300 }) }, 3, 10, 1],
  ['ec2', 'CreateVpcEndpoint', {}, 4, 10, 3],
  ['elbv2', 'DescribeTargetHealth', {}, 40, 1, 10],
  ['elbv2', 'CreateTargetGroup', {}, 20, 1, 3],
  ['elbv2', 'RegisterTargets', {}, 20, 1, 4],
  ['elbv2', 'CreateLoadBalancer', {}, 10, 5, 1],
  ['elb', 'DeleteLoadBalancer', {}, 20, 1, 3],
  ['ssm', 'PutParameter', {}, 3, 1, 3],
  // No figures are published for these.
  ['ssm', 'SendCommand', {}, 200, 1, 200],
  ['iam', 'CreateRole', {}, 200, 1, 200],
] as const)(
  '%s:%s with %j: %i at once, and after %i s %i more',
  (service, operation, input, burst, seconds, more) => {
    expect(passing([service, operation, input], seconds)).toEqual([burst, more])
  },
)

test('a call that is refused takes nothing out of the other buckets', () => {
  const buckets = createAccountBuckets()
  const launch = (MaxCount: number) =>
    buckets.take(tokenDemands({ service: 'ec2', operation: 'RunInstances' }, { MaxCount }), 0)?.name
  expect([1000, 1, 1, 1].map(launch)).toEqual([
    undefined,
    'ec2:RunInstances by instance',
    'ec2:RunInstances by instance',
    'ec2:RunInstances by instance',
  ])
  // Three were refused: of the five for requests, four are left.
  const others = buckets.take(tokenDemands({ service: 'ec2', operation: 'RunInstances' }, { MaxCount: 0 }), 0)
  expect(others).toBeUndefined()
})

test('all calls of one version of load balancing share the account’s bucket', () => {
  const buckets = createAccountBuckets()
  const ask = (operation: string, service: 'elb' | 'elbv2' = 'elbv2') =>
    buckets.take(tokenDemands({ service, operation }, {}), 0)?.name
  const reads = Array.from({ length: 40 }, () => ask('DescribeTags'))
  expect(reads.filter(Boolean)).toEqual([])
  expect(ask('RegisterTargets')).toBe('elbv2')
  expect(ask('DescribeTags', 'elb')).toBeUndefined()
})

test('a launch that EC2 refuses gives its instances back, and not its call', () => {
  const buckets = createAccountBuckets()
  const demands = tokenDemands({ service: 'ec2', operation: 'RunInstances' }, { MaxCount: 1000 })
  const asked = Array.from({ length: 6 }, () => {
    const short = buckets.take(demands, 0)
    if (!short) buckets.giveBack(demands)
    return short?.name
  })
  expect(asked.filter(Boolean)).toEqual(['ec2:RunInstances'])
})
