import { clientTokenOf } from '../../aws/client-token.ts'
import { awsCode } from '../../aws/errors.ts'
import { type Launch, launchInstances, type TaggedInstance } from '../../aws/instances.ts'
import { launchFailure } from '../../cluster/launch-failure.ts'
import { UserError } from '../../kit/errors.ts'
import { waitFor } from '../../kit/wait-for.ts'
import type { Context } from '../context.ts'

// IAM is eventually consistent: a profile made just now is known to EC2 in 5 to 10 s, seldom in 2 minutes.
const PROFILE_SECONDS = 180
// A token answers with its old machine for a day after that one was terminated.
const MOST_REPLACEMENTS = 10

/**
 * One launch, repeated while EC2 does not know all of its parts yet. The same launch is never made twice, also by the next
 * run after a crash.
 * @param turn resolves when EC2 may be called
 * @throws what EC2 refuses it with, and UserError when a part stays unknown
 */
export async function launchOnce(
  { aws, clock, log, signal }: Context,
  launch: Omit<Launch, 'clientToken'>,
  turn: () => Promise<void>,
): Promise<TaggedInstance[]> {
  return await waitFor({
    // The same words for all launches, so that the log says it once.
    what: 'launch',
    withinSeconds: PROFILE_SECONDS,
    next: `See that instance profile ${launch.instanceProfile} exists and has a role.`,
    clock,
    log,
    signal,
    probe: async () => {
      try {
        return { done: await launchAnew(aws, launch, turn) }
      } catch (error) {
        const kind = launchFailure(awsCode(error), (error as Error).message)
        if (kind !== 'not yet known') throw error
        return { notYet: `EC2 does not know all of its parts yet (${awsCode(error)})` }
      }
    },
  })
}

/** The same launch has the same token, so that a lost answer makes no second machine; one that is gone needs the next token. */
async function launchAnew(
  { ec2 }: Context['aws'],
  launch: Omit<Launch, 'clientToken'>,
  turn: () => Promise<void>,
): Promise<TaggedInstance[]> {
  for (let attempt = 0; attempt < MOST_REPLACEMENTS; attempt++) {
    const clientToken = clientTokenOf([launch, attempt])
    await turn()
    const made = await launchInstances(ec2, { ...launch, clientToken }).catch((error: unknown) => {
      if (awsCode(error) === 'IdempotentInstanceTerminated') return []
      throw error
    })
    if (made.some((instance) => !['shutting-down', 'terminated'].includes(instance.state))) return made
  }
  throw new UserError(`EC2 keeps answering with machines that are gone for ${launch.tags['Name']}`, {
    hint: 'Use another cluster-name, or wait a day.',
  })
}
