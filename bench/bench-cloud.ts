import { join } from 'node:path'
import * as z from 'zod'
import type { Standing } from '../src/local-cloud/world/standing.ts'
import { startLocalCloud } from '../src/show/local-cloud-process.ts'
import type { Account, Inputs } from './door.ts'

/** A local cloud to build in, whatever its machines are. */
export interface BenchCloud extends Account {
  /** What an action of the chain needs here besides the cluster's name and size. */
  inputs: Inputs
  /** What stands in the account, by the cloud's own books and not by ours. */
  standing(): Promise<readonly Standing[]>
  stop(): Promise<void>
}

const standings = z.array(
  z.object({
    ...{ kind: z.string(), id: z.string(), managed: z.boolean() },
    tags: z.record(z.string(), z.string()),
  }),
)

/** The committed local cloud, with sandboxes for machines. */
export async function startRealCloud(dist: string): Promise<BenchCloud> {
  const program = join(dist, 'local-cloud/index.js')
  const { ready, stop } = await startLocalCloud(program, ['--control-plane', 'light'])
  return {
    ...ready,
    inputs: { 'channel-url': ready.channelUrl, 'artifact-url': ready.artifactUrl },
    standing: async () =>
      standings.parse(await (await fetch(`${ready.endpoint}/_local-cloud/standing`)).json()),
    stop,
  }
}

/** One line a thing. */
export const inLines = (standing: readonly Standing[]): string =>
  standing.map(({ kind, id }) => `${kind} ${id}`).join('\n')
