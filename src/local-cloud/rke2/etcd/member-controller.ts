import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts'
import { attempt } from '../kubernetes/attempt.ts'
import type { Leadership } from '../kubernetes/lead.ts'
import { collectionPath } from '../kubernetes/resources.ts'
import { log } from '../log.ts'
import { sleep } from '../timing.ts'
import type { Etcd, Member } from './gateway.ts'

const NODES = collectionPath('v1', 'Node')
const FINALIZER = 'wrangler.cattle.io/managed-etcd-controller'
const NAME = 'etcd.rke2.cattle.io/node-name'

// An unchanged condition is written again each 5 min, a tick being 15 s (as observed on v1.35.0+rke2r1).
const HEARTBEAT_TICKS = 20

interface VoterCondition {
  status: 'True' | 'False'
  reason: string
  message: string
}

/** What RKE2 says about a node's membership. A dead voter is still a voter: this proves a join, never life. */
export function voterCondition(member: Member | undefined): VoterCondition {
  if (!member)
    return { status: 'False', reason: 'NotAMember', message: 'Node is not a member of the etcd cluster' }
  if (member.isLearner)
    return {
      status: 'False',
      reason: 'MemberIsLearner',
      message: 'Node has not been promoted to voting member of the etcd cluster',
    }
  return {
    status: 'True',
    reason: 'MemberNotLearner',
    message: 'Node is a voting member of the etcd cluster',
  }
}

/** The work of the leader of `rke2-etcd`: writes EtcdIsVoter on every server's Node each tick it has changed, until `signal`. */
export async function reportVoters(
  api: ApiClient,
  etcd: Etcd,
  nodes: ReadonlyMap<string, KubernetesObject>,
  leadership: Leadership,
  tickMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if (leadership.held) {
      await attempt(() => report(api, etcd, [...nodes.values()], HEARTBEAT_TICKS * tickMs))
      for (const node of nodes.values()) await removeMemberOf(api, etcd, node)
    }
    await sleep(tickMs)
  }
}

async function report(
  api: ApiClient,
  etcd: Etcd,
  nodes: readonly KubernetesObject[],
  heartbeatMs: number,
): Promise<void> {
  const members = await etcd.members()
  for (const node of nodes) {
    const name = node.metadata.annotations?.[NAME]
    if (name === undefined || node.metadata.deletionTimestamp) continue
    const condition = voterCondition(members.find((member) => member.name === name))
    const status = node['status'] as { conditions?: Record<string, unknown>[] } | undefined
    const conditions = status?.conditions ?? []
    const before = conditions.find(({ type }) => type === 'EtcdIsVoter')
    const same = before?.['status'] === condition.status && before['reason'] === condition.reason
    if (same && Date.now() - Date.parse(String(before['lastHeartbeatTime'])) < heartbeatMs) continue
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
    await api.request('PATCH', `${NODES}/${node.metadata.name}/status`, {
      // Conditions travel as one list here: a heartbeat written meanwhile must not be undone.
      metadata: { resourceVersion: node.metadata.resourceVersion },
      status: {
        conditions: [
          ...conditions.filter(({ type }) => type !== 'EtcdIsVoter'),
          {
            type: 'EtcdIsVoter',
            ...condition,
            lastHeartbeatTime: now,
            lastTransitionTime: same ? before['lastTransitionTime'] : now,
          },
        ],
      },
    })
  }
}

/** A Node that is being deleted takes its etcd member along, then may go. Only the leader of `rke2-etcd` acts. */
export async function removeMemberOf(api: ApiClient, etcd: Etcd, node: KubernetesObject): Promise<void> {
  const { name, annotations, finalizers = [], deletionTimestamp } = node.metadata
  if (!deletionTimestamp || !finalizers.includes(FINALIZER)) return
  await attempt(async () => {
    const member = (await etcd.members()).find((candidate) => candidate.name === annotations?.[NAME])
    if (member) {
      await etcd.remove(member.ID)
      log.info(`Removed etcd member ${member.name} of deleted node ${name}`)
    }
    await api.request('PATCH', `${NODES}/${name}`, {
      metadata: { finalizers: finalizers.filter((finalizer) => finalizer !== FINALIZER) },
    })
  })
}
