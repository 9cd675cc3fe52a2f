import { expect, test } from '@jest/globals'
import { awsCode, explained, goneNow, isPassing, isUnknown, refusalHint } from '../../src/aws/errors.ts'
import { UserError } from '../../src/kit/errors.ts'

const awsError = (name: string, message = 'no', more: object = {}) =>
  Object.assign(new Error(message), { name, ...more })

test.each([
  ['VpcLimitExceeded', /as many VPCs as its quota .*vpc, L-F678F1CE.*vpc-id/],
  ['TooManyLoadBalancersException', /network load balancers .*L-69A177A2/],
  ['SecurityGroupLimitExceeded', /security groups .*L-E79EC296/],
  ['OptInRequired', /aws-region: the account has not enabled this region/],
  ['AuthFailure', /credentials are not valid.*see aws-region/],
])('%s is told with what to change', (name, words) => {
  expect(refusalHint(awsError(name))).toMatch(words)
})

test('a product of the Marketplace is told with its address, and not as a region', () => {
  const address = 'https://aws.amazon.com/marketplace/pp?sku=a1b2c3'
  const message = `In order to use this AWS Marketplace product you need to accept terms and subscribe. To do so please visit ${address}`
  const hint = refusalHint(awsError('OptInRequired', message))
  expect(hint).toBe(
    `image: it is a product of AWS Marketplace. Subscribe the account to it at ${address}, or choose another image.`,
  )
})

test('a region that is no region is told with its input, and is still a fault that may pass', () => {
  const error = awsError('Error', 'getaddrinfo ENOTFOUND ec2.eu-wset-1.amazonaws.com', { code: 'ENOTFOUND' })
  const told = explained(error, 'DescribeVpcs')
  expect(told).toBeInstanceOf(UserError)
  expect((told as UserError).hint).toMatch(/^aws-region: AWS has no such region/)
  expect(isPassing(told)).toBe(true)
})

test.each([
  [
    'Cannot exceed quota for RolesPerAccount: 1000',
    /as many IAM roles .*\(iam, L-FE177D64\), or .*instance-profile/,
  ],
  ['Cannot exceed quota for InstanceProfilesPerAccount: 1000', /instance profiles .*\(iam, L-6E65F664\)/],
  ['Cannot exceed quota for PoliciesPerRole: 10', undefined],
])('IAM has one code for all quotas: %s', (message, words) => {
  const hint = refusalHint(awsError('LimitExceededException', message))
  if (words) expect(hint).toMatch(words)
  else expect(hint).toBeUndefined()
})

test('an outage that all attempts met is told with the call, and is still a fault that may pass', () => {
  const told = explained(awsError('RequestLimitExceeded', 'slow down'), 'RunInstances')
  expect(told).toMatchObject({ name: 'UserError', message: 'AWS did not carry out RunInstances: slow down' })
  expect(isPassing(told)).toBe(true)
})

test('a subnet without room is told with its input, and asking again would not help', () => {
  const message =
    'Not enough IP space available in subnet-1. ELB requires at least 8 free IP addresses in each subnet.'
  expect(refusalHint(awsError('InvalidSubnetException', message))).toMatch(/^subnet-ids: name larger subnets/)
  expect(isUnknown(awsError('InvalidSubnetException', message))).toBe(false)
  const unknown = awsError('InvalidSubnetException', 'The subnet subnet-1 is not valid')
  expect({ unknown: isUnknown(unknown), hint: refusalHint(unknown) }).toEqual({
    unknown: true,
    hint: undefined,
  })
})

test('what is none of these stays as it is', () => {
  const error = awsError('InvalidGroup.NotFound', 'there is none')
  expect(explained(error, 'RunInstances')).toBe(error)
  expect(awsCode(explained(awsError('VpcLimitExceeded'), 'CreateVpc'))).toBe('VpcLimitExceeded')
})

test.each([
  // ELB, with the SDK's names and with those on the wire.
  ['InvalidSecurityGroupException', true],
  ['InvalidSecurityGroup', true],
  ['SubnetNotFoundException', true],
  ['InvalidSubnetException', true],
  ['InvalidTargetException', true],
  ['TargetGroupNotFoundException', true],
  ['LoadBalancerNotFound', true],
  ['InvalidGroup.NotFound', true],
  ['InvalidSecurityGroupID.NotFound', true],
  ['InvalidSubnetID.NotFound', true],
  ['InvalidSubnetId.NotFound', true],
  ['NoSuchEntityException', true],
  ['InvalidParameterValue', false],
  ['InvalidSubnetID.Malformed', false],
  ['InvalidSubnet.Range', false],
  ['InvalidAMIID.NotFound', false],
  ['DuplicateTargetGroupNameException', false],
])('%s may be known a moment later: %s', (name, known) => {
  expect(isUnknown(awsError(name))).toBe(known)
})

test('a deletion tells whether the thing is gone now', async () => {
  const codes = { gone: 'InvalidVolume.NotFound', held: ['VolumeInUse', 'IncorrectState'] }
  expect(await goneNow(Promise.resolve({}), codes)).toBe(true)
  expect(await goneNow(Promise.reject(awsError('InvalidVolume.NotFound')), codes)).toBe(true)
  expect(await goneNow(Promise.reject(awsError('IncorrectState')), codes)).toBe(false)
  await expect(goneNow(Promise.reject(awsError('UnauthorizedOperation')), codes)).rejects.toThrow('no')
})
