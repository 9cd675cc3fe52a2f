import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { type GithubApi, startGithubApi } from '../github-api/github-api.ts'
import { runWorkflow, type WorkflowRun } from './act.ts'
import type { Run } from './act-log.ts'
import { copyOurs, localRepositories, makeCaller, stubActions } from './repositories.ts'

// A run takes less than a second; the first one on a new machine fetches act and Node.
jest.setTimeout(300_000)

/** What a repository's owner sets before the workflows can take AWS. */
export const VARS = { RKE2_ROLE: 'arn:aws:iam::123456789012:role/ci', AWS_REGION: 'eu-west-1' }

/** One of our actions, as a workflow called it. */
interface Call {
  action: string
  inputs: Record<string, string>
  /** Whether there were AWS credentials. */
  credentials: boolean
  /** process.version */
  node: string
}

export interface Stubbed {
  api: GithubApi
  /** The repository that has copied our callers. */
  caller: string
  /** Runs a workflow of the caller; `fail` names the actions that fail in it. */
  run(
    options: Pick<WorkflowRun, 'workflow' | 'event'> & Partial<WorkflowRun>,
    fail?: readonly string[],
  ): Promise<Run & { calls: Call[]; actions: string[] }>
  close(): Promise<void>
}

/**
 * A second repository that calls ours, with recorders in the place of our actions: what each is given, in which order, and
 * what still happens when one fails.
 * @param keep the actions that are the real ones
 */
export async function startStubbed(keep: readonly string[] = ['report-status']): Promise<Stubbed> {
  const site = mkdtempSync(join(tmpdir(), 'rke2-action-stubbed-'))
  const ours = join(site, 'ours')
  const caller = join(site, 'caller')
  const record = join(site, 'record.jsonl')
  copyOurs(ours)
  stubActions(ours, keep)
  makeCaller(caller)
  const api = await startGithubApi({ tokens: { 'token-that-writes': 'write', 'token-that-reads': 'read' } })
  return {
    api,
    caller,
    async run(options, fail = []) {
      writeFileSync(record, '')
      api.statuses.length = 0
      const report = { verdict: fail.length > 0 ? 'fail' : 'pass', 'report-path': record }
      const ran = await runWorkflow({
        repository: caller,
        repositories: localRepositories(ours),
        vars: VARS,
        ...options,
        env: {
          RECORD_FILE: record,
          RECORD_OUTPUTS: JSON.stringify({
            cluster: report,
            'verify-ha': report,
            'node-logs': { directory: site },
          }),
          RECORD_FAIL: fail.join(','),
          GITHUB_API_URL: api.url,
        },
      })
      const calls = readCalls(record)
      return { ...ran, calls, actions: calls.map((call) => call.action) }
    },
    async close() {
      await api.close()
      rmSync(site, { recursive: true, force: true })
    },
  }
}

const readCalls = (record: string) =>
  readFileSync(record, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Call)
