import { log } from '../log.ts'
import { sleep } from '../timing.ts'
import { type Etcd, EtcdError } from './gateway.ts'

/** Waits, without limit as RKE2 does, until this server's own member answers, has a leader and votes. */
export async function awaitVoter(etcd: Etcd, retryMs: number): Promise<void> {
  let said = ''
  for (;;) {
    const missing = await whatIsMissing(etcd)
    if (missing === undefined) return
    if (missing !== said) log.info(`Failed to test etcd connection: ${missing}`)
    said = missing
    await sleep(retryMs)
  }
}

async function whatIsMissing(etcd: Etcd): Promise<string | undefined> {
  try {
    const { leader, isLearner } = await etcd.status()
    if (isLearner) return 'this server has not yet been promoted from learner to voting member'
    return leader === undefined ? 'etcdserver: no leader' : undefined
  } catch (error) {
    if (error instanceof EtcdError) return error.message
    throw error
  }
}
