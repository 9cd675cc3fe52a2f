import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeConfig } from '../config/node-config.ts'
import type { DatabaseInfo } from '../etcd/await-database-info.ts'
import { awaitVoter } from '../etcd/await-voter.ts'
import { etcdConfig, etcdTiming } from '../etcd/etcd-config.ts'
import { connectEtcd, type Etcd } from '../etcd/gateway.ts'
import { joinEtcd, type Peer } from '../etcd/join-etcd.ts'
import { hasEtcdData, memberName } from '../etcd/member-name.ts'
import { FatalError } from '../log.ts'
import { paths } from '../paths.ts'
import type { Scale } from '../timing.ts'
import { etcdProgram, writeManifest } from './static-manifests.ts'

const VOTER_POLL_MS = 150

export interface StartedEtcd {
  etcd: Etcd
  memberName: string
}

/** Writes etcd's configuration and static pod, as a new cluster, as a learner of `joining`, or as the member it was; waits until it votes. */
export async function startEtcd(
  config: NodeConfig,
  version: string,
  joining: DatabaseInfo['members'] | undefined,
  options: { scale: Scale; speed: number },
): Promise<StartedEtcd> {
  const name = await memberName(config.nodeName)
  const self = { name, ip: config.nodeIp }
  const file = join(paths.etcd, 'config')
  if (!hasEtcdData()) {
    const retryMs = options.scale(1, 250)
    const own: Peer = { name, peerUrl: `https://${config.nodeIp}:2380` }
    const peers = joining ? await joinEtcd(seedOf(joining, config.nodeName, self.name), self, retryMs) : [own]
    const state = joining ? 'existing' : 'new'
    writeFileSync(file, etcdConfig(self, peers, state, etcdTiming(options.speed)), { mode: 0o600 })
  } else readFileSync(file)
  await writeManifest('etcd', version, [etcdProgram(), `--config-file=${file}`])
  const etcd = connectEtcd('https://127.0.0.1:2379')
  await awaitVoter(etcd, VOTER_POLL_MS)
  return { etcd, memberName: name }
}

/** The members to join through: some may be dead. @throws FatalError when another member carries this node's name already. */
function seedOf(members: DatabaseInfo['members'], nodeName: string, self: string): Etcd {
  const twin = members.find(({ name }) => name !== self && name.replace(/-[0-9a-f]{8}$/, '') === nodeName)
  if (twin)
    throw new FatalError(
      'Error: failed to join etcd cluster: duplicate node name found, please use a unique name for this node',
    )
  const seeds = members.flatMap(({ clientURLs }) => clientURLs.slice(0, 1))
  if (seeds.length === 0)
    throw new FatalError('Error: failed to join etcd cluster: no member of the cluster has a client URL')
  return connectEtcd(...seeds)
}
