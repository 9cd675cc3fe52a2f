import { restorePower } from '../../aws/instances.ts'
import { waitFor } from '../../kit/wait-for.ts'
import type { Context } from '../context.ts'

/** Starts machines that are off: a drill that was killed in the middle leaves a server so. EC2 refuses one that is still stopping. */
export async function startStopped(context: Context): Promise<void> {
  const { aws, spec, clock, log, signal } = context
  await waitFor({
    what: 'machines that are stopping',
    withinSeconds: spec.timeout,
    next: 'Look at the instances in the EC2 console. Then run the action again.',
    clock,
    log,
    signal,
    probe: async () => {
      const { servers, agents } = await context.nodes()
      const all = [...servers, ...agents]
      for (const node of all.filter(({ state }) => state === 'stopped')) {
        await restorePower(aws.ec2, node.instanceId)
        log.warning(`${node.name} was stopped: started again`)
      }
      const stopping = all.filter(({ state }) => state === 'stopping').map(({ name }) => name)
      return stopping.length ? { notYet: stopping.join(', ') } : { done: undefined }
    },
  })
}
