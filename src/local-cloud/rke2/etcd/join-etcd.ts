import { FatalError, log } from '../log.ts'
import { sleep } from '../timing.ts'
import type { EtcdMember } from './etcd-config.ts'
import { type Etcd, EtcdError, type Member, Unreachable } from './gateway.ts'

export interface Peer {
  name: string
  peerUrl: string
}

/** What a joiner finds: who it will be with, and whether it must be added first. */
export function planJoin(members: readonly Member[], self: EtcdMember): { peers: Peer[]; add: boolean } {
  const own = `https://${self.ip}:2380`
  const isSelf = (member: Member) =>
    member.peerURLs.includes(own) && (member.name === '' || member.name === self.name)
  const peers = members.flatMap((member) =>
    member.peerURLs.map((peerUrl) => ({ name: isSelf(member) ? self.name : member.name, peerUrl })),
  )
  const add = !members.some(isSelf)
  // A member that was added and never started has no name yet, and can't be written into initial-cluster.
  const named = peers.filter(({ name }) => name !== '')
  return { peers: add ? [...named, { name: self.name, peerUrl: own }] : named, add }
}

// etcd refuses a second learner and any change while a member is down; both pass.
const PASSING = /too many learner members|unhealthy cluster|not enough started members/

/**
 * Becomes a learner of the cluster behind `seed`, trying again each `retryMs` while etcd can't take one more.
 * @throws EtcdError for any other refusal, FatalError when no member answers.
 */
export async function joinEtcd(seed: Etcd, self: EtcdMember, retryMs: number): Promise<Peer[]> {
  for (;;) {
    try {
      const { peers, add } = planJoin(await seed.members(), self)
      if (!add) return peers
      await seed.addLearner(`https://${self.ip}:2380`)
      log.info(`Added learner ${self.name}=https://${self.ip}:2380 to etcd cluster`)
      return peers
    } catch (error) {
      if (!(error instanceof EtcdError) || error instanceof Unreachable) throw unreachable(error)
      if (!PASSING.test(error.message)) throw error
      log.info(`Waiting for other members to finish joining etcd cluster: ${error.message}`)
    }
    await sleep(retryMs)
  }
}

/** The genuine one goes on with an etcd that can't start, and gives up after 15 minutes; here it ends at once. */
function unreachable(error: unknown): FatalError {
  log.error('Failed to get member list from etcd cluster. Will assume this member is already added')
  return new FatalError(`Error: etcd cluster join failed: ${(error as Error).message}`)
}
