import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeConfig } from '../config/node-config.ts'
import type { Etcd } from '../etcd/gateway.ts'
import { removeMemberOf, reportVoters } from '../etcd/member-controller.ts'
import { bundledCharts } from '../helm/charts.ts'
import { deployManifests, writeBundledCharts } from '../helm/deploy-manifests.ts'
import { installCharts } from '../helm/helm-controller.ts'
import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts'
import { attempt } from '../kubernetes/attempt.ts'
import { lead } from '../kubernetes/lead.ts'
import { find } from '../kubernetes/resources.ts'
import { log } from '../log.ts'
import { paths } from '../paths.ts'
import type { Scale } from '../timing.ts'
import { labelServer } from './label-server.ts'
import { nodePasswordPath } from './node-password.ts'
import { shareServingCertificate } from './serving-secret.ts'
import type { Nodes } from './watch-nodes.ts'

export interface ControllerContext {
  config: NodeConfig
  version: string
  scale: Scale
  api: ApiClient
  etcd: Etcd
  memberName: string
  nodes: Nodes
  signal: AbortSignal
}

// etcd's leader looks at its members every 15 s (rancher/rke2 and its documentation).
export const MANAGE_SECONDS = 15

/** Everything a server does besides serving: some on each server, some only where a lease is held. */
export function runControllers(context: ControllerContext): void {
  const { config, scale, api, etcd, memberName, nodes, signal } = context
  const etcdLead = lead(api, 'rke2-etcd', config.nodeName, scale, signal)
  const mainLead = lead(api, 'rke2', config.nodeName, scale, signal)
  const tick = scale(MANAGE_SECONDS, 500)
  void labelServer(api, config, memberName)
  void shareServingCertificate(api)
  void reportVoters(api, etcd, nodes.objects, etcdLead, tick, signal)
  writeBundledCharts(bundledCharts(config))
  void deployManifests(api, scale(MANAGE_SECONDS, 500), signal)
  void installCharts(api, mainLead, signal)
  nodes.listen((node, gone) => {
    const leaves = gone || node.metadata.deletionTimestamp !== undefined
    if (node.metadata.name === config.nodeName && leaves) void leaveCluster()
    if (etcdLead.held) void removeMemberOf(api, etcd, node)
    if (mainLead.held) void attempt(() => forgetNode(api, node))
  })
}

/** This server's own Node was deleted: its control plane goes, RKE2 itself stays. */
async function leaveCluster(): Promise<void> {
  if (!existsSync(join(paths.podManifests, 'etcd.yaml'))) return
  log.info('Local Node deleted or removed from etcd cluster, cleaning up server static pods')
  for (const component of [
    'etcd',
    'kube-apiserver',
    'kube-controller-manager',
    'kube-scheduler',
    'cloud-controller-manager',
  ])
    await rm(join(paths.podManifests, `${component}.yaml`), { force: true })
}

const NODE_FINALIZER = 'wrangler.cattle.io/node'

/** A node that leaves may be followed by another of the same name: its password goes with it. */
async function forgetNode(api: ApiClient, node: KubernetesObject): Promise<void> {
  const { name, finalizers = [], deletionTimestamp } = node.metadata
  if (!deletionTimestamp || !finalizers.includes(NODE_FINALIZER)) return
  const secret = nodePasswordPath(name)
  if (await find(api, secret)) await api.request('DELETE', secret)
  await api.request('PATCH', `/api/v1/nodes/${name}`, {
    metadata: { finalizers: finalizers.filter((finalizer) => finalizer !== NODE_FINALIZER) },
  })
}
