import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheDirectory } from '../../src/local-cloud/tools/cache-directory.ts'
import { ensureTools } from '../../src/local-cloud/tools/ensure-tools.ts'
import { runWorkflow, type WorkflowRun } from './act.ts'
import type { Run } from './act-log.ts'
import { copyOurs, localRepositories, makeCaller } from './repositories.ts'
import { VARS } from './stubbed.ts'

/** Making a cluster and more, in milliseconds: at most; a test that takes so long has failed. */
export const A_WHOLE_CHAIN = 300_000

export interface Real {
  /** The repository that has copied our callers. */
  caller: string
  run(options: Pick<WorkflowRun, 'workflow' | 'event'> & Partial<WorkflowRun>): Promise<Run>
  close(): void
}

/** A second repository that calls ours, with the committed bundles as they are. */
export function startReal(): Real {
  // Steps start with nothing of this machine's environment. Fetched tools are the exception, so that they are fetched once.
  const tools = { XDG_CACHE_HOME: join(cacheDirectory(), '..') }
  ensureTools(() => {})
  const site = mkdtempSync(join(tmpdir(), 'rke2-action-real-'))
  const ours = join(site, 'ours')
  const caller = join(site, 'caller')
  copyOurs(ours)
  makeCaller(caller)
  return {
    caller,
    run: (options) =>
      runWorkflow({
        repository: caller,
        repositories: localRepositories(ours),
        vars: VARS,
        ...options,
        env: { ...tools, ...options.env },
      }),
    close: () => rmSync(site, { recursive: true, force: true }),
  }
}
