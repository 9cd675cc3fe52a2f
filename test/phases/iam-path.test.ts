import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { expect, test } from '@jest/globals'
import type { PolicyRole } from '../../src/cluster/permissions/permission.ts'
import type { Context } from '../../src/phases/context.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { planCluster } from '../../src/phases/plan/plan-cluster.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { sweep } from '../../src/phases/sweep.ts'
import { teardown } from '../../src/phases/teardown.ts'
import { recordedCluster } from './recorded-cluster.ts'
import { asUser, takeOnPolicies } from './role-session.ts'

const SETTINGS = { servers: 1, agents: 0, ttl: 1, 'iam-path': '/team-a/nodes/' }
const ARN = 'arn:aws:iam::123456789012'

const removal = ({ aws, clock, log, signal }: Context) => ({
  ...{ cluster: 'pr-42', aws, clock, log, signal, timeout: 20, dryRun: false },
  run: { id: '1-1', repository: 'acme/shop' },
})

const later = (context: Context) => ({
  ...removal(context),
  clock: { ...context.clock, now: () => context.clock.now() + 5 * 3_600_000 },
})

/** A policy as the words in policies/README.md make it for this path. */
function followed(role: PolicyRole): string {
  const [, command] =
    /```sh\n(sed .*) policies\/deploy\.json\n```/.exec(readFileSync('policies/README.md', 'utf8')) ?? []
  return execFileSync('bash', ['-c', `${command} policies/${role}.json`], { encoding: 'utf8' })
}

test('role and profile are made below the path, and a teardown finds them without being told', async () => {
  const { world, context } = await recordedCluster(SETTINGS)
  await runPhases([provisionNodes], context)
  expect([...world.roles.values(), ...world.profiles.values()].map(({ arn }) => arn)).toEqual([
    `${ARN}:role/team-a/nodes/rke2-pr-42-eu-west-1`,
    `${ARN}:instance-profile/team-a/nodes/rke2-pr-42-eu-west-1`,
  ])
  const { residue } = await teardown(removal(context))
  expect(Object.values(residue).flat()).toEqual([])
  expect([world.roles.size, world.profiles.size]).toEqual([0, 0])
}, 60_000)

test('a sweep finds them by name and tag, and leaves a role of the same kind of name that is not tagged', async () => {
  const { world, context } = await recordedCluster(SETTINGS)
  const { iam } = context.aws
  const stranger = { RoleName: 'rke2-other-eu-west-1', AssumeRolePolicyDocument: '{"Statement":[]}' }
  await iam.send(new CreateRoleCommand({ ...stranger, Path: '/rke2-action/' }))
  await runPhases([provisionNodes], context)
  const { failures } = await sweep(later(context))
  expect(failures).toEqual([])
  expect([...world.roles.keys(), ...world.profiles.keys()]).toEqual(['rke2-other-eu-west-1'])
}, 60_000)

test('the policies follow by the command that their README tells', async () => {
  const { world, context, contextOf } = await recordedCluster(SETTINGS)
  const as = async (role: PolicyRole) => {
    const policy = followed(role)
    expect(JSON.stringify(JSON.parse(policy)).length).toBeLessThan(6144)
    await takeOnPolicies(world, [policy])
    return contextOf()
  }
  const deploy = await as('deploy')
  expect((await planCluster(deploy)).rights).toEqual({ policies: ['deploy'], denied: [], unclear: [] })
  await runPhases([provisionNodes], deploy)
  expect([...world.profiles.keys()]).toEqual(['rke2-pr-42-eu-west-1'])
  await teardown(removal(await as('teardown')))
  expect(world.profiles.size).toBe(0)
  await runPhases([provisionNodes], await as('deploy'))
  expect((await sweep(later(await as('sweep')))).failures).toEqual([])
  expect(world.profiles.size).toBe(0)
  // Without it the same is refused.
  await takeOnPolicies(world, [readFileSync('policies/deploy.json', 'utf8')])
  await expect(runPhases([provisionNodes], contextOf())).rejects.toThrow(
    /iam:(CreateRole|CreateInstanceProfile)/,
  )
  asUser(world)
  await teardown(removal(context))
}, 120_000)
