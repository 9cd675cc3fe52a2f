import { log } from '../log.ts'
import { sleep } from '../timing.ts'
import { type Etcd, EtcdError } from './gateway.ts'

/**
 * The leader's tick: promotes every learner that has caught up. On other members it does nothing. Ends with `signal`.
 */
export async function promoteLearners(etcd: Etcd, tickMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(tickMs)
    try {
      await tick(etcd)
    } catch (error) {
      // No leader, or a learner that hasn't caught up: the next tick looks again.
      if (!(error instanceof EtcdError)) throw error
    }
  }
}

async function tick(etcd: Etcd): Promise<void> {
  const { header, leader } = await etcd.status()
  if (leader !== header.member_id) return
  for (const { ID, name, isLearner } of await etcd.members()) {
    if (!isLearner || name === '') continue
    await etcd.promote(ID)
    log.info(`Promoted learner ${name}`)
  }
}
