import { expect, test } from '@jest/globals'
import { type Permission, POLICY_ROLES, type PolicyRole } from '../../src/cluster/permissions/permission.ts'
import { rolePolicy } from '../../src/cluster/role-policy.ts'
import { describeError } from '../../src/kit/errors.ts'
import { rules } from '../../src/local-cloud/services/authorization/rules.ts'
import { SIGNING_NAMES } from '../../src/local-cloud/wire/router.ts'
import type { Handlers } from '../../src/local-cloud/wire/service.ts'
import { decide, type Policy, policySchema, type Question } from '../../src/local-cloud/world/policy.ts'
import type { World } from '../../src/local-cloud/world/world.ts'
import { around } from './around.ts'
import { flows } from './policy-flows.ts'
import { recordedCluster } from './recorded-cluster.ts'
import { asUser, permissionsOf, takeOnPolicies } from './role-session.ts'

/** Machines of two clusters' worth would prove no more: rights don't count them. The sweep needs one that is over. */
const SETTINGS = { servers: 1, agents: 1, ttl: 1, 'agent-capacity-type': 'spot' }

/** Writes down what each call of an assumed role demands. */
const writtenDown =
  (demands: Question[]) =>
  (world: World, handlers: Handlers): Handlers =>
    around(handlers, (input, { service, operation, accessKeyId }) => {
      const prefix = SIGNING_NAMES[service]
      const demanded = rules[service][operation]?.(world, input) ?? []
      if (world.sessions.has(accessKeyId ?? ''))
        demands.push(...demanded.map((demand) => ({ action: `${prefix}:${operation}`, ...demand })))
    })

/** Policies that come on top of another one's. */
const BENEATH: Partial<Readonly<Record<PolicyRole, PolicyRole>>> = {
  network: 'deploy',
  kubernetes: 'teardown',
}

const withThoseBeneath = (role: PolicyRole): PolicyRole[] =>
  [BENEATH[role], role].filter((one) => one !== undefined)

/** A policy as a user attaches it. */
const filledIn = (rights: readonly Permission[], role: PolicyRole) =>
  JSON.stringify(rolePolicy(rights, role)).replaceAll('CLUSTER', 'pr-42')

async function runUnder(role: PolicyRole, rights: readonly Permission[], demands: Question[] = []) {
  const cluster = await recordedCluster(SETTINGS, writtenDown(demands))
  asUser(cluster.world)
  await flows[role].before(cluster)
  const documents = withThoseBeneath(role).map((one) =>
    filledIn(one === role ? rights : permissionsOf(one), one),
  )
  await takeOnPolicies(cluster.world, documents)
  await flows[role].run(cluster, cluster.contextOf())
}

const only = (right: Permission, role: PolicyRole): Policy => policySchema.parse(filledIn([right], role))

const told = ({ action, resource }: Permission) => `${action} on ${resource}`

const OUTSIDE_EC2 = [
  'ssm:DeleteActivation on *',
  'ssm:DeregisterManagedInstance on ssm:*:*:managed-instance/*',
]

/** Rights whose calls the flows don't make yet: quotas that Service Quotas doesn't know, machines outside EC2, marks on what says no time. */
const NOT_REACHED: Readonly<Record<PolicyRole, readonly string[]>> = {
  deploy: ['servicequotas:GetAWSDefaultServiceQuota on *'],
  network: [],
  verify: [],
  teardown: OUTSIDE_EC2,
  sweep: [
    'ec2:CreateTags on ec2:*:*:*/*',
    'elasticloadbalancing:AddTags on elasticloadbalancing:*:*:loadbalancer/net/*',
    'elasticloadbalancing:AddTags on elasticloadbalancing:*:*:targetgroup/*',
    'iam:TagRole on iam::*:role/rke2-action/rke2-*',
    'iam:TagInstanceProfile on iam::*:instance-profile/rke2-action/rke2-*',
    ...OUTSIDE_EC2,
  ],
  kubernetes: [],
}

test.each(POLICY_ROLES)(
  '%s runs with exactly its policy, and each of its rights is what some call of it hangs on',
  async (role) => {
    const demands: Question[] = []
    await runUnder(role, permissionsOf(role), demands)
    const rights = withThoseBeneath(role).flatMap((of) =>
      permissionsOf(of).map((right) => ({ right, policy: only(right, of) })),
    )
    // A policy without denials: what one right alone allows is refused without it.
    const indispensable = new Set(
      demands.flatMap((demand) => {
        const granting = rights.filter(({ policy }) => decide([policy], demand) === 'allowed')
        return granting.length === 1 ? granting.map(({ right }) => right) : []
      }),
    )
    expect(
      permissionsOf(role)
        .filter((right) => !indispensable.has(right))
        .map(told),
    ).toEqual(NOT_REACHED[role])
  },
  120_000,
)

test.each<[PolicyRole, string]>([
  ['deploy', 'ec2:DescribeInstances'],
  ['deploy', 'ec2:CreateSecurityGroup'],
  ['deploy', 'ec2:RunInstances'],
  ['deploy', 'iam:PassRole'],
  ['deploy', 'ec2:TerminateInstances'],
  ['deploy', 'iam:CreateServiceLinkedRole'],
  ['deploy', 'ec2:GetSecurityGroupsForVpc'],
  ['network', 'ec2:CreateVpc'],
  ['network', 'ec2:CreateTags'],
  ['network', 'ec2:CreateVpcEndpoint'],
  ['network', 'route53:AssociateVPCWithHostedZone'],
  ['deploy', 'ssm:AddTagsToResource'],
  ['deploy', 'elasticloadbalancing:AddTags'],
  ['verify', 'ssm:SendCommand'],
  ['verify', 'elasticloadbalancing:DescribeTargetHealth'],
  ['teardown', 'iam:DeleteRole'],
  ['teardown', 'ec2:DeleteVpcEndpoints'],
  ['sweep', 'iam:ListRoles'],
  ['kubernetes', 'elasticloadbalancing:DeleteLoadBalancer'],
])(
  '%s without %s fails, and its hint names the right and the file that has it',
  async (role, action) => {
    const rest = permissionsOf(role).filter((right) => right.action !== action)
    const told = await runUnder(role, rest).then(() => 'it succeeded', describeError)
    expect(told).toContain(`is not authorized to perform: ${action}`)
    expect(told).toMatch(new RegExp(`→ The role of this job lacks ${action} .*policies/${role}\\.json`))
  },
  60_000,
)

test('what Kubernetes made is refused under teardown.json alone, which names the file for it, and goes with both', async () => {
  const cluster = await recordedCluster(SETTINGS)
  const { world } = cluster
  asUser(world)
  await flows.kubernetes.before(cluster)
  const teardown = filledIn(permissionsOf('teardown'), 'teardown')
  await takeOnPolicies(world, [teardown])
  const failure = await flows.kubernetes.run(cluster, cluster.contextOf()).catch(describeError)
  expect(failure).toMatch(/→ The role of this job lacks ec2:DeleteVolume .*policies\/kubernetes\.json/)
  expect(failure).toMatch(/lacks elasticloadbalancing:DeleteLoadBalancer .*policies\/kubernetes\.json/)
  expect([...world.loadBalancers.values()].map(({ name }) => name)).toEqual(['a1', 'b1'])
  expect(world.classicBalancers.size).toBe(1)
  await takeOnPolicies(world, [teardown, filledIn(permissionsOf('kubernetes'), 'kubernetes')])
  await flows.kubernetes.run(cluster, cluster.contextOf())
  expect([world.loadBalancers.size, world.targetGroups.size, world.volumes.size]).toEqual([0, 0, 0])
  expect(world.classicBalancers.size).toBe(0)
  expect([...world.securityGroups.values()].map(({ name }) => name)).toEqual(['default'])
}, 120_000)
