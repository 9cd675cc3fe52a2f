import { type Figure, fail, pass, type Verdict } from '../checks/check.ts'
import { quorumOf } from '../cluster/quorum.ts'
import type { Writes } from './writer-scripts.ts'

/** What was seen of a loss. What is missing was not reached. */
export interface Loss {
  readonly victim: string
  readonly voters: number
  writes?: Writes
  healthy?: number
  newLeader?: string
  /** Until the API answered through every address of the balancer; undefined also without a balancer. */
  balancerSeconds?: number | undefined
  restoredSeconds?: number
  /** What ended the drill before its end. */
  error?: string
}

/** @param longestWriteGap seconds: so long may writes stop */
export function judgeLoss(loss: Loss, longestWriteGap: number): Verdict {
  const { victim, writes, healthy, error, restoredSeconds } = loss
  const figures = figuresOf(loss)
  const evidence = evidenceOf(loss)
  const gap = (writes?.longestGapMs ?? 0) / 1000
  if (restoredSeconds === undefined)
    return fail(
      `not whole again after the loss of ${victim}: ${error ?? 'no reason known'}`,
      `Look at ${victim}: is it running, and what says journalctl -u rke2-server?`,
      { evidence, figures },
    )
  if (error || !writes || healthy === undefined)
    return fail(
      `not measured: ${error ?? 'no writes were seen'}`,
      'Run the drill again; the cluster is whole.',
      { evidence, figures },
    )
  if (healthy < quorumOf(loss.voters).needed)
    return fail(
      `only ${healthy} voters were healthy without ${victim}`,
      'Look at etcd’s log on the servers that stayed.',
      { evidence, figures },
    )
  if (gap > longestWriteGap)
    return fail(
      `writes stopped for ${gap.toFixed(1)} s, ${longestWriteGap} s are allowed`,
      'An election takes 5 to 10 s with RKE2’s timers: look at the disks and at the latency between servers.',
      { evidence, figures },
    )
  return pass(
    `${victim} lost its power: writes stopped for ${gap.toFixed(1)} s (limit ${longestWriteGap} s), whole again ${restoredSeconds.toFixed(0)} s after its start`,
    { evidence, figures },
  )
}

function figuresOf({ writes, balancerSeconds, restoredSeconds }: Loss): Figure[] {
  const figures: Figure[] = []
  if (writes) {
    figures.push({ name: 'longest write gap', value: writes.longestGapMs, unit: 'ms' })
    figures.push({ name: 'writes accepted', value: writes.accepted, unit: 'count' })
    figures.push({ name: 'writes refused', value: writes.refused, unit: 'count' })
  }
  if (balancerSeconds !== undefined)
    figures.push({ name: 'load balancer clean after', value: balancerSeconds, unit: 's' })
  if (restoredSeconds !== undefined)
    figures.push({ name: 'whole again after', value: restoredSeconds, unit: 's' })
  return figures
}

function evidenceOf({ victim, newLeader, healthy, voters, writes, error }: Loss): string[] {
  return [
    newLeader === undefined ? '' : `etcd leader before: ${victim}, after: ${newLeader || 'none'}`,
    healthy === undefined
      ? ''
      : `${healthy} of ${voters} voters healthy without it, quorum ${quorumOf(voters).needed}`,
    writes ? `${writes.accepted} writes accepted, ${writes.refused} refused or timed out` : '',
    error ?? '',
  ].filter(Boolean)
}
