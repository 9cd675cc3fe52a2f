import { instancesById } from '../../aws/instances.ts'
import { deathHint, deathInWords, type LaunchedMachine, startsOf } from '../../cluster/launch-failure.ts'
import { UserError } from '../../kit/errors.ts'
import { waitFor } from '../../kit/wait-for.ts'
import type { Context } from '../context.ts'
import { briefly } from './await-ready.ts'

/**
 * Waits until the machines that this run has launched are past their start. EC2 takes launches on that it can't carry out:
 * such a machine is gone after seconds, its reason with it after an hour, and nothing but these ids tells it from one of a
 * run before.
 * @throws UserError as soon as one of them died
 */
export async function awaitStarted(context: Context, launched: readonly string[]): Promise<void> {
  const { aws, spec, clock, log, signal } = context
  let left = launched
  await waitFor({
    what: 'start of the machines',
    withinSeconds: spec.timeout,
    next: 'Look at the instances in the EC2 console. Then run the action again.',
    clock,
    log,
    signal,
    probe: async () => {
      const shown = await instancesById(aws.ec2, left)
      const named = shown.map((one) => ({ ...one, name: one.node?.name ?? one.tags['Name'] ?? '' }))
      const { died, starting } = startsOf(left, named)
      if (died.length) throw deathOf(died)
      left = starting
      return left.length ? { notYet: briefly(left) } : { done: undefined }
    },
  })
}

function deathOf(died: readonly LaunchedMachine[]): UserError {
  const hints = died.map(({ reason }) => deathHint(reason?.code ?? '', reason?.message ?? ''))
  return new UserError(died.map(deathInWords).join('\n'), { hint: [...new Set(hints)].join(' ') })
}
