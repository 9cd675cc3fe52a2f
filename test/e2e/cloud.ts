import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentOf } from '../../src/local-cloud/action.ts'
import { startLocalCloud } from '../../src/show/local-cloud-process.ts'
import { type ActionRun, runAction } from '../../src/show/run-action.ts'

export const dist = join(import.meta.dirname, '../../dist')

export interface Run extends ActionRun {
  /** Everything that it printed. */
  log: string
  seconds: number
}

interface ActOptions {
  killAt?: RegExp
  runId?: string
  post?: boolean
}

export interface Cloud {
  endpoint: string
  env: Record<string, string>
  /**
   * Runs the committed bundle of an action, as GitHub's runner does. `killAt`: killed by SIGKILL at a line that matches;
   * `runId`: of the workflow run that it belongs to, else it is by hand; `post`: its post step, after a step that ended.
   */
  act(door: string, inputs?: Record<string, string>, options?: ActOptions): Promise<Run>
  stop(): Promise<void>
}

/** Starts the committed local cloud; the test that starts it stops it. What a cache holds must not choose the control plane. */
export async function startCloud(controlPlane: 'light' | 'upstream' = 'light'): Promise<Cloud> {
  const program = join(dist, 'local-cloud/index.js')
  const cloud = await startLocalCloud(program, ['--control-plane', controlPlane])
  const directory = mkdtempSync(join(tmpdir(), 'rke2-action-e2e-'))
  const env = environmentOf(cloud.ready)
  const urls = { 'channel-url': cloud.ready.channelUrl, 'artifact-url': cloud.ready.artifactUrl }
  return {
    endpoint: cloud.ready.endpoint,
    env,
    act: (door, inputs = {}, options = {}) =>
      run(door, { ...(takesUrls(door) ? urls : {}), ...inputs }, { env, directory, ...options }),
    async stop() {
      await cloud.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

const takesUrls = (door: string) => !['teardown', 'sweep', 'verify-ha', 'node-logs'].includes(door)

async function run(
  door: string,
  inputs: Record<string, string>,
  { env, directory, killAt, runId, post }: ActOptions & { env: Record<string, string>; directory: string },
): Promise<Run> {
  const lines: string[] = []
  const started = Date.now()
  const file = join(dist, door, post ? 'post.js' : 'index.js')
  const result = await runAction({
    door: file,
    inputs,
    env: { ...env, ...(runId && runOf(runId)), ...(post && { STATE_ended: 'true' }) },
    directory,
    signal: new AbortController().signal,
    onLine: (line) => {
      lines.push(line)
      if (killAt?.test(line)) killHard(file)
    },
  })
  return { ...result, log: lines.join('\n'), seconds: (Date.now() - started) / 1000 }
}

const runOf = (id: string) => ({
  GITHUB_RUN_ID: id,
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_REPOSITORY: 'acme/shop',
})

/** SIGKILL, so that no handler of the action runs, as when its runner is lost. */
function killHard(door: string): void {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ')
  for (const child of children)
    if (readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(door)) process.kill(Number(child), 'SIGKILL')
}
