import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeConfig } from '../config/node-config.ts'
import { rke2Annotations } from '../kubelet/node-object.ts'
import { type ApiClient, ApiError } from '../kubernetes/api-client.ts'
import { collectionPath, find } from '../kubernetes/resources.ts'
import { paths } from '../paths.ts'
import { sleep } from '../timing.ts'

const RETRY_MS = 500
const FINALIZERS = ['wrangler.cattle.io/node', 'wrangler.cattle.io/managed-etcd-controller']

/** Gives this server's Node its roles, RKE2's notes, and the finalizer by which its etcd member goes when the Node goes. */
export async function labelServer(api: ApiClient, config: NodeConfig, memberName: string): Promise<void> {
  const path = `${collectionPath('v1', 'Node')}/${config.nodeName}`
  for (;;) {
    try {
      const node = await find(api, path)
      if (node) {
        const kept = (node.metadata.finalizers ?? []).filter((name) => !FINALIZERS.includes(name))
        await api.request('PATCH', path, {
          metadata: {
            finalizers: [...kept, ...FINALIZERS],
            labels: {
              'node-role.kubernetes.io/control-plane': 'true',
              'node-role.kubernetes.io/etcd': 'true',
            },
            annotations: {
              ...rke2Annotations(config),
              'rke2.io/encryption-config-hash': encryptionConfigHash(),
              'etcd.rke2.cattle.io/local-snapshots-timestamp': new Date()
                .toISOString()
                .replace(/\.\d+Z$/, 'Z'),
              'etcd.rke2.cattle.io/node-name': memberName,
              'etcd.rke2.cattle.io/node-address': config.nodeIp,
            },
          },
        })
        return
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
    await sleep(RETRY_MS)
  }
}

/** `start-<sha256>`: the stage of key rotation, and what servers compare to see that all encrypt alike. */
function encryptionConfigHash(): string {
  const config = readFileSync(join(paths.server, 'cred/encryption-config.json'))
  return `start-${createHash('sha256').update(config).digest('hex')}`
}
