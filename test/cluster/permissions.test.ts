import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { permissions } from '../../src/cluster/permissions/all-permissions.ts'
import { POLICY_ROLES } from '../../src/cluster/permissions/permission.ts'
import { policyFilesWith, rolePolicy } from '../../src/cluster/role-policy.ts'

const PREFIXES: Readonly<Record<string, string>> = {
  'elastic-load-balancing': 'elasticloadbalancing',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'service-quotas': 'servicequotas',
}

/**
 * What AWS wants besides, for a call that has another name ("Dependent actions" of the service authorization reference; that
 * load balancing looks at a VPC's groups by the caller's right is told by its refusals alone).
 */
const BESIDES = [
  'ec2:GetSecurityGroupsForVpc',
  'elasticloadbalancing:AddTags',
  'iam:CreateServiceLinkedRole',
  'iam:PassRole',
  'iam:TagInstanceProfile',
  'iam:TagRole',
  'route53:AssociateVPCWithHostedZone',
  'ssm:AddTagsToResource',
]

const sources = [
  'src/nodes/ssm-runner.ts',
  ...readdirSync('src/aws', { recursive: true, encoding: 'utf8' }).map((file) => `src/aws/${file}`),
].filter((file) => file.endsWith('.ts'))

/** Every operation of AWS whose command, or pages, a file imports. */
const called = sources.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g)].flatMap(
    ([, names = '', client = '']) =>
      [...names.matchAll(/\b(?:(\w+)Command|paginate(\w+))(?=\s*(?:,|$))/gm)].map(
        ([, command, pages]) => `${PREFIXES[client] ?? client}:${command ?? pages}`,
      ),
  ),
)

test('the table lists every AWS call of the code, and nothing that the code does not call', () => {
  const calls = new Set(called.filter((action) => action !== 'sts:GetCallerIdentity'))
  expect(calls.size).toBeGreaterThan(40)
  const listed = new Set(permissions.map(({ action }) => action))
  const missing = [...calls].filter((action) => !listed.has(action))
  const unused = [...listed].filter((action) => !calls.has(action) && !BESIDES.includes(action))
  // A missing one needs a row in src/cluster/permissions and a call in test/phases/policy-flows.ts.
  expect({ missing, unused }).toEqual({ missing: [], unused: [] })
})

test.each(POLICY_ROLES)(
  'the policy of %s fits into a managed policy, which is smaller than an inline one',
  (role) => {
    const { Statement } = rolePolicy(permissions, role)
    expect(Statement.length).toBeGreaterThan(1)
    // IAM counts no white space: 6,144 characters for a managed policy, 10,240 for the inline ones of a role (IAM quotas).
    expect(JSON.stringify(rolePolicy(permissions, role)).length).toBeLessThan(6144)
  },
)

test('a right that changes something is bound to our tag, path or service', () => {
  const free = permissions.filter(
    ({ action, resource, condition }) =>
      !/:(Describe|List|Get|Simulate)/.test(action) && !condition && !resource.includes('rke2'),
  )
  expect(free.map(({ action, resource }) => `${action} on ${resource}`)).toEqual([
    'ec2:RunInstances on ec2:*::image/*',
    'ec2:RunInstances on ec2:*:*:subnet/*',
    'ec2:CreateSecurityGroup on ec2:*:*:vpc/*',
    'ec2:CreateVpcEndpoint on ec2:*:*:vpc/*',
    'ec2:CreateVpcEndpoint on ec2:*:*:subnet/*',
    'ec2:CreateVpcEndpoint on ec2:*:*:route-table/*',
    'route53:AssociateVPCWithHostedZone on *',
    'ssm:SendCommand on ssm:*::document/AWS-RunShellScript',
    'ssm:CancelCommand on *',
    'ssm:DeleteActivation on *',
  ])
})

test('a hint names the files that hold a right', () => {
  expect(policyFilesWith(permissions, 'ec2:TerminateInstances')).toEqual([
    'policies/deploy.json',
    'policies/teardown.json',
    'policies/sweep.json',
  ])
  expect(policyFilesWith(permissions, 'ec2:DeleteVolume')).toEqual([
    'policies/teardown.json',
    'policies/sweep.json',
    'policies/kubernetes.json',
  ])
})
