import type { ClusterNode } from '../cluster/nodes.ts'
import { artifactsUrl } from '../cluster/version.ts'
import { installRke2 } from '../nodes/scripts.ts'
import type { Context } from './context.ts'
import { answersOf } from './node-failure.ts'

/** Puts RKE2 on nodes, from what they fetched at boot. Nodes that have it already are quick. */
export async function installOn({ runner, spec }: Context, nodes: readonly ClusterNode[]): Promise<void> {
  const [first] = nodes
  if (!first) return
  const version = first.rke2Version
  const script = installRke2({ version, artifactsUrl: artifactsUrl(spec.artifactUrl, version) })
  answersOf(await runner.run(script, nodes))
}
