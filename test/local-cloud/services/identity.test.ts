import { expect, test } from '@jest/globals'
import { refusal, startCloud } from './start-cloud.ts'

type Cloud = ReturnType<typeof startCloud>
const fine = 'nothing: it succeeded'

const deleteRole = (cloud: Cloud) => refusal(cloud.call('iam', 'DeleteRole', { RoleName: 'node' }))

test('a role can be deleted only when nothing holds it any more', async () => {
  const cloud = startCloud()
  await cloud.createProfile('node')
  const names = { RoleName: 'node', InstanceProfileName: 'node' }
  const policy = { RoleName: 'node', PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' }
  await cloud.call('iam', 'AttachRolePolicy', policy)
  expect(await deleteRole(cloud)).toBe('DeleteConflict')
  const removeProfile = () =>
    refusal(cloud.call('iam', 'DeleteInstanceProfile', { InstanceProfileName: 'node' }))
  expect(await removeProfile()).toBe('DeleteConflict')
  await cloud.call('iam', 'RemoveRoleFromInstanceProfile', names)
  expect([await removeProfile(), await removeProfile()]).toEqual([fine, 'NoSuchEntity'])
  expect(await deleteRole(cloud)).toBe('DeleteConflict')
  await cloud.call('iam', 'DetachRolePolicy', policy)
  expect(await deleteRole(cloud)).toBe('DeleteConflict')
  await cloud.call('iam', 'DeleteRolePolicy', { RoleName: 'node', PolicyName: 'node' })
  expect([await deleteRole(cloud), await deleteRole(cloud)]).toEqual([fine, 'NoSuchEntity'])
})

test.each([
  ['a name that is taken, in any case', 'CreateRole', { RoleName: 'NODE' }, 'EntityAlreadyExists'],
  ['a policy that is not JSON', 'CreateRole', { AssumeRolePolicyDocument: '{' }, 'MalformedPolicyDocument'],
  [
    'a policy without statements',
    'PutRolePolicy',
    { RoleName: 'node', PolicyName: 'p', PolicyDocument: '{}', AssumeRolePolicyDocument: undefined },
    'MalformedPolicyDocument',
  ],
  [
    'a condition that it could not judge',
    'PutRolePolicy',
    {
      RoleName: 'node',
      PolicyName: 'p',
      PolicyDocument:
        '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}',
      AssumeRolePolicyDocument: undefined,
    },
    'MalformedPolicyDocument',
  ],
  [
    'a second role in a profile',
    'AddRoleToInstanceProfile',
    { InstanceProfileName: 'node', RoleName: 'node', AssumeRolePolicyDocument: undefined },
    'LimitExceeded',
  ],
])('IAM refuses %s', async (_, operation, more, code) => {
  const cloud = startCloud()
  await cloud.createProfile('node')
  const AssumeRolePolicyDocument = '{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}'
  const input = { RoleName: 'other', AssumeRolePolicyDocument, ...more }
  expect(await refusal(cloud.call('iam', operation, input))).toBe(code)
})

test('the runner is the account’s user', async () => {
  expect(await startCloud().call('sts', 'GetCallerIdentity')).toMatchObject({
    Account: '123456789012',
    Arn: 'arn:aws:iam::123456789012:user/local-cloud',
  })
})
