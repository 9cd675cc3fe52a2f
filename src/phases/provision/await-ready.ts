import { onlineInstances } from '../../aws/managed-nodes.ts'
import type { ClusterNode } from '../../cluster/nodes.ts'
import { allCounted, counted } from '../../kit/counted.ts'
import { waitFor } from '../../kit/wait-for.ts'
import { ready } from '../../nodes/scripts.ts'
import type { Context } from '../context.ts'
import { answersOf } from '../node-failure.ts'

/** Waits until every machine is known to SSM, and has answered a command that does nothing. */
export async function awaitReady(context: Context, nodes: readonly ClusterNode[]): Promise<void> {
  const { aws, spec, clock, log, signal, runner } = context
  await waitFor({
    what: `SSM agents of ${counted(nodes.length, 'machine')}`,
    withinSeconds: spec.timeout,
    next: 'A machine that never appears has no way to the SSM endpoints (subnet-ids: a route, a network ACL, an endpoint’s policy), no SSM agent in its image (image), or a role without the agent’s rights (instance-profile, permissions-boundary). Its console output tells which: aws ec2 get-console-output --instance-id ID.',
    clock,
    log,
    signal,
    probe: async () => {
      const online = await onlineInstances(
        aws.ssm,
        nodes.map((node) => node.instanceId),
      )
      const missing = nodes.filter((node) => !online.has(node.instanceId))
      if (!missing.length) return { done: undefined }
      return { notYet: briefly(missing.map((node) => node.name)) }
    },
  })
  const [first] = answersOf(await runner.run(ready(), nodes))
  log.info(
    `${allCounted(nodes.length, 'machine')} ${nodes.length === 1 ? 'answers' : 'answer'} over SSM${first ? ` (${first.os}, ${first.arch})` : ''}`,
  )
}

/** The first few names, and how many more. */
export const briefly = (names: readonly string[]) =>
  names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
