import { deleteLoadBalancer } from '../aws/balancer.ts'
import { refusalHint } from '../aws/errors.ts'
import { deleteInstanceProfile } from '../aws/instance-profile.ts'
import { findInstances, terminateInstances } from '../aws/instances.ts'
import { deleteVolume, findVolumes } from '../aws/leftovers.ts'
import { deleteParameters, findParameters } from '../aws/parameters.ts'
import { closeSecurityGroup, deleteSecurityGroup, findSecurityGroups } from '../aws/security-groups.ts'
import { findTaggedBalancers, findTaggedTargetGroups } from '../aws/tagged-balancers.ts'
import { deleteTargetGroup } from '../aws/target-groups.ts'
import { names } from '../cluster/names.ts'
import { UserError } from '../kit/errors.ts'
import { waitFor } from '../kit/wait-for.ts'
import { countsOf, itemsOf, type Residue, residueOf } from './residue.ts'
import type { TeardownContext } from './teardown-context.ts'

interface Step {
  readonly what: string
  run(context: TeardownContext): Promise<void>
}

/** What costs money comes first; then what can be deleted only after it. Steps of one row run together. */
const rows: readonly (readonly Step[])[] = [
  [
    { what: 'terminate the machines', run: terminateMachines },
    { what: 'delete the load balancer', run: deleteBalancers },
    { what: 'delete the parameters', run: deleteOwnParameters },
  ],
  [
    { what: 'delete the target groups', run: deleteTargetGroups },
    { what: 'delete the security groups', run: deleteSecurityGroups },
    { what: 'delete the volumes', run: deleteVolumes },
    {
      what: 'delete the role',
      run: ({ aws, cluster }) => deleteInstanceProfile(aws.iam, names.role(cluster, aws.region)),
    },
  ],
]

/**
 * Deletes everything that carries the cluster's tags, and proves that nothing is left. A step that fails doesn't keep
 * the others from running; all failures are told at the end.
 * @throws UserError or AggregateError when something is left or a step failed
 */
export async function teardown(context: TeardownContext): Promise<Residue> {
  const failures: unknown[] = []
  for (const row of rows) {
    const settled = await Promise.allSettled(row.map((step) => step.run(context)))
    settled.forEach((one, at) => {
      if (one.status === 'rejected') failures.push(stepError(row[at]?.what ?? '', one.reason))
    })
    context.signal.throwIfAborted()
  }
  return await proveNothingLeft(context, failures)
}

function stepError(what: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const hint = cause instanceof UserError ? cause.hint : refusalHint(cause)
  return new UserError(`could not ${what}: ${reason}`, { hint: hint ?? 'Run teardown again.', cause })
}

async function proveNothingLeft(context: TeardownContext, failures: unknown[]): Promise<Residue> {
  const residue = await residueOf(context)
  const left = itemsOf(residue)
  if (left.length)
    failures.push(
      new UserError(`of ${context.cluster} is left:\n  ${left.join('\n  ')}`, {
        hint: 'Run teardown again; what stays then must be deleted by hand, and costs until it is.',
      }),
    )
  if (failures.length === 1) throw failures[0]
  if (failures.length) throw new AggregateError(failures)
  context.log.info(`nothing is left: ${countsOf(residue)}`)
  return residue
}

async function terminateMachines(context: TeardownContext): Promise<void> {
  const { aws, cluster, log } = context
  const alive = await findInstances(aws.ec2, { cluster })
  if (alive.length) log.info(`terminating ${alive.length} machines`)
  await terminateInstances(
    aws.ec2,
    alive.map((one) => one.id),
  )
  await until(context, 'terminated machines', async () => {
    const states = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'] as const
    return (await findInstances(aws.ec2, { cluster, states })).map((one) => one.node?.name ?? one.id)
  })
}

async function deleteBalancers({ aws, cluster, log }: TeardownContext): Promise<void> {
  for (const balancer of await findTaggedBalancers(aws.elb, cluster)) {
    log.info(`deleting load balancer ${balancer.name}`)
    await deleteLoadBalancer(aws.elb, balancer.arn)
  }
}

async function deleteOwnParameters({ aws, cluster }: TeardownContext): Promise<void> {
  await deleteParameters(aws.ssm, await findParameters(aws.ssm, names.parameters(cluster)))
}

async function deleteTargetGroups(context: TeardownContext): Promise<void> {
  const { elb } = context.aws
  const groups = await findTaggedTargetGroups(elb, context.cluster)
  await untilGone(context, 'target groups', groups, (group) => deleteTargetGroup(elb, group.arn))
}

/** The balancer's network interfaces stay for some minutes after it and hold its group. */
async function deleteSecurityGroups(context: TeardownContext): Promise<void> {
  const { ec2 } = context.aws
  const groups = await findSecurityGroups(ec2, context.cluster)
  await Promise.all(groups.map((group) => closeSecurityGroup(ec2, group.id)))
  await untilGone(context, 'security groups', groups, (group) => deleteSecurityGroup(ec2, group.id))
}

async function deleteVolumes(context: TeardownContext): Promise<void> {
  const { ec2 } = context.aws
  const ids = await findVolumes(ec2, context.cluster)
  await untilGone(
    context,
    'volumes',
    ids.map((name) => ({ name })),
    ({ name }) => deleteVolume(ec2, name),
  )
}

/** Tries to delete each until all are gone. */
async function untilGone<Thing extends { name: string }>(
  context: TeardownContext,
  what: string,
  things: readonly Thing[],
  remove: (thing: Thing) => Promise<boolean>,
): Promise<void> {
  let left = things
  await until(context, `deleted ${what}`, async () => {
    const gone = await Promise.all(left.map(remove))
    left = left.filter((_, at) => !gone[at])
    return left.map((thing) => thing.name)
  })
}

/** Waits until `remaining` names nothing any more. */
async function until(
  context: TeardownContext,
  what: string,
  remaining: () => Promise<string[]>,
): Promise<void> {
  const { clock, log, signal, timeout } = context
  await waitFor({
    what,
    withinSeconds: timeout,
    next: 'Run teardown again: AWS may need more time.',
    clock,
    log,
    signal,
    probe: async () => {
      const names = await remaining()
      return names.length ? { notYet: names.join(', ') } : { done: undefined }
    },
  })
}
