import { expect, test } from '@jest/globals'
import type { Permission } from '../../src/cluster/permissions/permission.ts'
import { rolePolicy, statementsOf } from '../../src/cluster/role-policy.ts'

const OURS = { Null: { 'aws:ResourceTag/team': 'false' } }
const right = (action: string, resource: string, condition?: Permission['condition']): Permission => ({
  ...{ action, resource, roles: ['deploy'], why: '' },
  ...(condition && { condition }),
})
const statements = (...rights: Permission[]) =>
  rolePolicy(rights, 'deploy').Statement.map(({ Action, Resource }) => [
    Action.join(' '),
    Resource.join(' ').replaceAll('arn:aws:', ''),
  ])

test('rights of one condition stand together where each acts on its own resource all the same', () => {
  expect(
    statements(
      right('ec2:StopInstances', 'ec2:*:*:instance/*', OURS),
      right('ec2:DeleteVolume', 'ec2:*:*:volume/*', OURS),
      right('iam:PutRolePolicy', 'iam::*:role/*', OURS),
      right('iam:GetRole', 'iam::*:role/*'),
    ),
  ).toEqual([
    [
      'ec2:StopInstances ec2:DeleteVolume iam:PutRolePolicy',
      'ec2:*:*:instance/* ec2:*:*:volume/* iam::*:role/*',
    ],
    ['iam:GetRole', 'iam::*:role/*'],
  ])
})

test.each([
  [
    'an action with several resources takes no other of its service',
    [
      right('ec2:RunInstances', 'ec2:*:*:instance/*', OURS),
      right('ec2:RunInstances', 'ec2:*:*:security-group/*'),
      right('ec2:DeleteSecurityGroup', 'ec2:*:*:security-group/*', OURS),
    ],
  ],
  [
    'Run Command takes no machines that another right names',
    [
      right('ssm:SendCommand', 'ssm:*::document/AWS-RunShellScript'),
      right('ssm:SendCommand', 'ec2:*:*:instance/*', OURS),
      right('ec2:GetConsoleOutput', 'ec2:*:*:instance/*'),
    ],
  ],
  [
    'everything is no resource of one',
    [right('ec2:DescribeVpcs', '*'), right('iam:GetRole', 'iam::*:role/*')],
  ],
])('%s', (_, rights) => {
  expect(rolePolicy(rights, 'deploy').Statement).toEqual(statementsOf(rights, 'deploy'))
})
