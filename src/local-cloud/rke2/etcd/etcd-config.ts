import { stringify } from 'yaml'
import { paths } from '../paths.ts'

export interface EtcdMember {
  name: string
  ip: string
}

/** Milliseconds. RKE2's own are 500 and 5000 (recorded on etcd and RKE2). */
export interface EtcdTiming {
  heartbeat: number
  election: number
}

/** What RKE2 writes to server/db/etcd/config. `peers` are the members known so far, this one included. */
export function etcdConfig(
  self: EtcdMember,
  peers: readonly { name: string; peerUrl: string }[],
  state: 'new' | 'existing',
  timing: EtcdTiming,
): string {
  const tls = paths.etcdTls
  return stringify({
    name: self.name,
    'data-dir': paths.etcd,
    'advertise-client-urls': `https://${self.ip}:2379`,
    'initial-advertise-peer-urls': `https://${self.ip}:2380`,
    'initial-cluster': peers.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(','),
    'initial-cluster-state': state,
    // RKE2 says listen-client-http-urls for 2382, which etcd knows from 3.5.10 on; as one more client URL it answers the same there.
    'listen-client-urls': `https://127.0.0.1:2379,https://${self.ip}:2379,https://127.0.0.1:2382`,
    'listen-peer-urls': `https://127.0.0.1:2380,https://${self.ip}:2380`,
    'listen-metrics-urls': 'http://127.0.0.1:2381',
    'heartbeat-interval': timing.heartbeat,
    'election-timeout': timing.election,
    'snapshot-count': 10000,
    // 3.4 turns it off when it reads a file.
    'enable-grpc-gateway': true,
    'experimental-initial-corrupt-check': true,
    // etcd's default from 3.5 on, and so RKE2's.
    'pre-vote': true,
    logger: 'zap',
    'log-outputs': ['stderr'],
    'client-transport-security': {
      'client-cert-auth': true,
      'trusted-ca-file': `${tls}/server-ca.crt`,
      'cert-file': `${tls}/server-client.crt`,
      'key-file': `${tls}/server-client.key`,
    },
    'peer-transport-security': {
      'client-cert-auth': true,
      'trusted-ca-file': `${tls}/peer-ca.crt`,
      'cert-file': `${tls}/peer-server-client.crt`,
      'key-file': `${tls}/peer-server-client.key`,
    },
  })
}

/** Waiting shrinks with the speed, but a busy 2-core machine can't hold a heartbeat below 100 ms. */
export const etcdTiming = (speed: number): EtcdTiming => ({
  heartbeat: Math.max(500 / speed, 100),
  election: Math.max(5000 / speed, 1000),
})
