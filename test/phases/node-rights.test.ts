import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { expect, test } from '@jest/globals'
import { nodePolicy } from '../../src/cluster/node-policy.ts'
import { describeError } from '../../src/kit/errors.ts'
import { AwsFault } from '../../src/local-cloud/wire/service.ts'
import type { Context } from '../../src/phases/context.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { teardown } from '../../src/phases/teardown.ts'
import { recordedCluster } from './recorded-cluster.ts'

const TRUST =
  '{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}}'
const PLACE = { cluster: 'pr-42', region: 'eu-west-1', account: '123456789012', partition: 'aws' }
const BOUNDARY = 'arn:aws:iam::123456789012:policy/limit'
const SMALL = { servers: 1, agents: 0 }

/** A profile of the user's own, with a role of these rights unless there is to be none. */
async function ownProfile({ aws: { iam } }: Context, policy: string | undefined): Promise<void> {
  const names = { InstanceProfileName: 'own', RoleName: 'own' }
  await iam.send(new CreateInstanceProfileCommand(names))
  if (policy === undefined) return
  await iam.send(new CreateRoleCommand({ RoleName: 'own', AssumeRolePolicyDocument: TRUST }))
  await iam.send(new PutRolePolicyCommand({ RoleName: 'own', PolicyName: 'p', PolicyDocument: policy }))
  await iam.send(new AddRoleToInstanceProfileCommand(names))
}

const limit = ({ aws: { iam } }: Context, PolicyDocument: string) =>
  iam.send(new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument }))

const told = async (context: Context) =>
  describeError(await runPhases([provisionNodes], context).catch((error: unknown) => error))

const allowing = (...Action: string[]) =>
  JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: '*' } })

test.each<[string, Record<string, unknown>, (context: Context) => Promise<unknown>, RegExp]>([
  [
    'a profile that is not there',
    { 'instance-profile': 'own' },
    async () => {},
    /instance-profile: own is not in this account/,
  ],
  [
    'a profile without a role',
    { 'instance-profile': 'own' },
    (context) => ownProfile(context, undefined),
    /instance-profile: there is no role in own\n→ .*add-role-to-instance-profile/,
  ],
  [
    'a role without the agent’s rights',
    { 'instance-profile': 'own' },
    (context) =>
      ownProfile(context, allowing('ssm:GetParameter', 'ssm:PutParameter', 'ssm:AddTagsToResource')),
    /instance-profile: nodes with arn:aws:iam::123456789012:role\/own could not do ssm:UpdateInstanceInformation, ec2messages:GetMessages, ec2messages:SendReply\n→ .*node\.json/,
  ],
  [
    'a role that may not store the kubeconfig',
    { 'instance-profile': 'own' },
    (context) =>
      ownProfile(context, allowing('ssm:UpdateInstanceInformation', 'ec2messages:*', 'ssm:GetParameter')),
    /could not do ssm:PutParameter, ssm:AddTagsToResource/,
  ],
  [
    'a boundary that is not there',
    { 'permissions-boundary': BOUNDARY },
    async () => {},
    /permissions-boundary: there is no policy arn:aws:iam::123456789012:policy\/limit/,
  ],
  [
    'a boundary that denies',
    { 'permissions-boundary': BOUNDARY },
    (context) =>
      limit(
        context,
        '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"ssm:*","Resource":"*"}]}',
      ),
    /permissions-boundary: within arn:\S+\/limit nodes could not do ssm:UpdateInstanceInformation, ssm:GetParameter/,
  ],
  [
    'an image that is known to come without the agent',
    { image: 'ami-0a1b2c3d4e5f60005' },
    async () => {},
    /image: ami-0a1b2c3d4e5f60005 \(debian-12-amd64-\S+\) comes without the SSM agent\n→ Choose ubuntu-24\.04/,
  ],
])(
  '%s: one error that names the input, and nothing is created',
  async (_, settings, before, words) => {
    const { context, calls } = await recordedCluster({ ...SMALL, ...settings })
    await before(context)
    calls.clear()
    expect(await told(context)).toMatch(words)
    expect([...calls.keys()].filter((call) => /^(Create|Run|Put|Authorize|Add)/.test(call))).toEqual([])
  },
  30_000,
)

test('a profile of the user’s own with the rights of policies/node.json does', async () => {
  const { context, world } = await recordedCluster({ ...SMALL, 'instance-profile': 'own' })
  await ownProfile(context, nodePolicy(PLACE))
  await runPhases([provisionNodes], context)
  expect([...world.instances.values()].map(({ profileName }) => profileName)).toEqual(['own'])
}, 60_000)

/** The rights of nodes, on a condition: all of them, or those on parameters. */
const onCondition = (key: string, value: string, which: 'all' | 'parameters') =>
  nodePolicy(PLACE).replaceAll(
    which === 'all' ? /"Effect"/g : /"Effect"(?=[^}]*PutParameter)/g,
    `"Condition":{"StringEquals":{"${key}":"${value}"}},"Effect"`,
  )

test('rights on a condition that IAM’s simulator is not told of are taken as they are, and that is said', async () => {
  const { context, world, lines } = await recordedCluster({ ...SMALL, 'instance-profile': 'own' })
  await ownProfile(context, onCondition('aws:ResourceTag/team', 'a', 'parameters'))
  await runPhases([provisionNodes], context)
  expect(world.instances.size).toBe(1)
  expect(lines.join('\n')).toContain(
    'instance-profile: IAM’s simulator cannot tell whether nodes may do ssm:PutParameter: it hangs on aws:ResourceTag/team',
  )
}, 60_000)

test.each([
  ['eu-west-1', undefined],
  ['us-east-1', /could not do ssm:UpdateInstanceInformation/],
])(
  'rights in %s alone are judged, as the region of nodes is known',
  async (region, words) => {
    const { context, lines } = await recordedCluster({ ...SMALL, 'instance-profile': 'own' })
    await ownProfile(context, onCondition('aws:RequestedRegion', region, 'all'))
    if (words) expect(await told(context)).toMatch(words)
    else await runPhases([provisionNodes], context)
    expect(lines.join('\n')).not.toContain('cannot tell')
  },
  60_000,
)

test('the role that is made carries the boundary, and goes with the cluster; the boundary stays', async () => {
  const { context, world } = await recordedCluster({ ...SMALL, 'permissions-boundary': BOUNDARY })
  await limit(context, allowing('ssm:*', 'ec2messages:*', 'ssmmessages:*'))
  await runPhases([provisionNodes], context)
  expect([...world.roles.values()].map(({ permissionsBoundary }) => permissionsBoundary)).toEqual([BOUNDARY])
  const { aws, clock, log, signal } = context
  await teardown({ cluster: 'pr-42', aws, clock, log, signal, timeout: 20 })
  expect([world.roles.size, world.policies.size]).toEqual([0, 1])
}, 60_000)

test('who may not ask IAM is told so, and a machine that never answers is told with what to look at', async () => {
  const settings = { ...SMALL, 'instance-profile': 'own', timeout: 3 }
  const { context, lines, refuse } = await recordedCluster(settings)
  await ownProfile(context, allowing('ssm:GetParameter'))
  refuse('SimulatePrincipalPolicy', () => new AwsFault('AccessDenied', 'not authorized', { status: 403 }))
  expect(await told(context)).toMatch(
    /SSM agents of 1 machine: [\s\S]*→ .*\(instance-profile, permissions-boundary\)/,
  )
  expect(lines.join('\n')).toMatch(/instance-profile is taken as it is: not authorized/)
}, 60_000)

test('an image of the account’s own without an agent shows itself by machines that never answer', async () => {
  const { context } = await recordedCluster({ ...SMALL, image: 'ami-0a1b2c3d4e5f60006', timeout: 3 })
  expect(await told(context)).toMatch(/→ .*no SSM agent in its image \(image\)/)
  const { aws, clock, log, signal } = context
  const { residue } = await teardown({ cluster: 'pr-42', aws, clock, log, signal, timeout: 20 })
  expect(Object.values(residue).flat()).toEqual([])
}, 60_000)
