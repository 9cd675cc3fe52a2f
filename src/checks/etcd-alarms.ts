import { fail, type Verdict } from './check.ts'
import { distinct, type View } from './etcd-view.ts'

// As check-server.sh begins the reason.
const ALARMS = 'alarms: '

/** Told before the quorum: an alarm makes members that are well otherwise call themselves unhealthy. */
export function noAlarm(views: readonly View[]): Verdict | undefined {
  const alarms = distinct(views.flatMap(({ etcd }) => etcd.alarms ?? []))
  if (!alarms.length) return undefined
  return fail(
    `alarms: ${alarms.join(', ')}`,
    alarms.some((alarm) => alarm.startsWith('NOSPACE'))
      ? 'Compact, then defragment each member, then `etcdctl alarm disarm`: etcd refuses writes until then.'
      : 'Data of a member is corrupt: restore that member from the others, or the cluster from a snapshot.',
  )
}

/** Told after the quorum and the ill: etcd answers this question through Raft, so without a majority nobody can. */
export function alarmsKnown(views: readonly View[]): Verdict | undefined {
  const silent = views.filter(({ etcd }) => etcd.alarms === null)
  if (!silent.length) return undefined
  const why = ({ node, etcd }: View) =>
    `${node.name}: ${etcd.errors.find((error) => error.startsWith(ALARMS))?.slice(ALARMS.length) ?? 'no answer'}`
  return fail(
    `whether there are alarms is not known: ${silent.map(why).join('; ')}`,
    'Run verify-ha again; if it stays, look at the etcd pod’s log on that server: /var/log/pods/kube-system_etcd-*.',
  )
}
