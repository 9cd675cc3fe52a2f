import { expect, test } from '@jest/globals'
import { refusal, startCloud } from './start-cloud.ts'

type Cloud = ReturnType<typeof startCloud>

const TRUST = '{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"123456789012"}}}'
const statement = (Effect: string, Action: string | string[], more: object = {}) =>
  JSON.stringify({ Statement: { Effect, Action, Resource: '*', ...more } })
const TAGGED = { Condition: { Null: { 'aws:RequestTag/team': 'false' } } }

/** Who took a role on that has these policies, and what calls of theirs come to. */
async function roleWith(cloud: Cloud, policy: string, boundary?: string) {
  let arn: string | undefined
  if (boundary) {
    const { Policy: made } = await cloud.call('iam', 'CreatePolicy', {
      PolicyName: 'limit',
      PolicyDocument: boundary,
    })
    arn = made.Arn
  }
  const { Role: role } = await cloud.call('iam', 'CreateRole', {
    ...{ RoleName: 'ci', AssumeRolePolicyDocument: TRUST, PermissionsBoundary: arn },
  })
  await cloud.call('iam', 'PutRolePolicy', { RoleName: 'ci', PolicyName: 'p', PolicyDocument: policy })
  const session = { RoleArn: role.Arn, RoleSessionName: 's' }
  const { Credentials: keys } = await cloud.call('sts', 'AssumeRole', session)
  const as = (operation: string, input: object = {}) =>
    cloud.handlers.ec2?.[operation]?.(input, {
      ...{ service: 'ec2', operation, region: cloud.world.region, requestId: 'r' },
      ...{ accessKeyId: keys.AccessKeyId, sourceAddress: undefined },
    } as never)
  return { arn: role.Arn as string, policyArn: arn, as }
}

const decisions = async (cloud: Cloud, PolicySourceArn: string, ActionNames: string[], more: object = {}) => {
  const input = { PolicySourceArn, ActionNames, ...more }
  const { EvaluationResults: results } = await cloud.call('iam', 'SimulatePrincipalPolicy', input)
  return results.map(({ EvalDecision: decision }: { EvalDecision: string }) => decision)
}

test('the simulator says what the calls themselves come to', async () => {
  const cloud = startCloud()
  const policy = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Action: ['ec2:Describe*', 'ec2:CreateVpc'], Resource: '*' },
      { Effect: 'Deny', Action: 'ec2:DescribeSubnets', Resource: '*' },
    ],
  })
  const { arn, as } = await roleWith(cloud, policy)
  const asked = ['ec2:DescribeVpcs', 'ec2:DescribeSubnets', 'ec2:DescribeImages', 'ec2:DeleteVpc']
  expect(await decisions(cloud, arn, asked)).toEqual(['allowed', 'explicitDeny', 'allowed', 'implicitDeny'])
  await as('DescribeVpcs')
  await expect((async () => as('DescribeSubnets'))()).rejects.toThrow(
    'with an explicit deny in an identity-based policy',
  )
})

test('a boundary refuses what it does not allow, and allows nothing by itself', async () => {
  const cloud = startCloud()
  const boundary = statement('Allow', ['ec2:DescribeVpcs', 'ec2:DescribeTags'])
  const { arn, policyArn, as } = await roleWith(
    cloud,
    statement('Allow', ['ec2:DescribeVpcs', 'ec2:DescribeSubnets']),
    boundary,
  )
  const asked = ['ec2:DescribeVpcs', 'ec2:DescribeSubnets', 'ec2:DescribeTags']
  expect(await decisions(cloud, arn, asked)).toEqual(['allowed', 'implicitDeny', 'implicitDeny'])
  await as('DescribeVpcs')
  await expect((async () => as('DescribeSubnets'))()).rejects.toThrow(
    'because no permissions boundary allows the ec2:DescribeSubnets action',
  )
  await expect((async () => as('DescribeTags'))()).rejects.toThrow('because no identity-based policy allows')
  expect(await refusal(cloud.call('iam', 'DeletePolicy', { PolicyArn: policyArn }))).toBe('DeleteConflict')
})

test('conditions are judged by the context that is given', async () => {
  const cloud = startCloud()
  const { arn } = await roleWith(cloud, statement('Allow', 'ec2:CreateVpc', TAGGED))
  const ContextEntries = [
    { ContextKeyName: 'aws:RequestTag/team', ContextKeyValues: ['a'], ContextKeyType: 'string' },
  ]
  expect(await decisions(cloud, arn, ['ec2:CreateVpc'])).toEqual(['implicitDeny'])
  expect(await decisions(cloud, arn, ['ec2:CreateVpc'], { ContextEntries })).toEqual(['allowed'])
})

test.each([
  [
    'a boundary that is not there',
    'CreateRole',
    { PermissionsBoundary: 'arn:aws:iam::123456789012:policy/x' },
    'NoSuchEntity',
  ],
  [
    'a role that is not there',
    'SimulatePrincipalPolicy',
    { PolicySourceArn: 'arn:aws:iam::123456789012:role/x' },
    'NoSuchEntity',
  ],
  [
    'a session',
    'SimulatePrincipalPolicy',
    { PolicySourceArn: 'arn:aws:sts::123456789012:assumed-role/ci/s' },
    'InvalidInput',
  ],
  ['a policy that is none', 'CreatePolicy', { PolicyDocument: '{}' }, 'MalformedPolicyDocument'],
  ['a name that is taken', 'CreatePolicy', {}, 'EntityAlreadyExists'],
])('%s is refused', async (_, operation, more, code) => {
  const cloud = startCloud()
  const inputs: Record<string, object> = {
    CreateRole: { RoleName: 'r', AssumeRolePolicyDocument: TRUST },
    SimulatePrincipalPolicy: { ActionNames: ['ec2:DescribeVpcs'] },
    CreatePolicy: { PolicyName: 'p', PolicyDocument: statement('Allow', '*') },
  }
  await cloud.call('iam', 'CreatePolicy', inputs['CreatePolicy'])
  expect(await refusal(cloud.call('iam', operation, { ...inputs[operation], ...more }))).toBe(code)
})
