import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { styleText } from 'node:util'
import * as z from 'zod'
import { environmentOf } from '../local-cloud/action.ts'
import { ensureTools, type Tools } from '../local-cloud/tools/ensure-tools.ts'
import { kubeconfigFromHere, kubectlHint } from './closing.ts'
import { type LocalCloudProcess, startLocalCloud } from './local-cloud-process.ts'
import type { Options } from './options.ts'
import type { PhaseProgress } from './progress.ts'
import { renderTimeline } from './render.ts'
import { type ActionRun, runAction } from './run-action.ts'
import { liveScreen, plainScreen } from './screen.ts'

export interface Show {
  options: Options
  directory: string
  signal: AbortSignal
  say: (text: string) => void
}

const title = (text: string) => `\n${styleText('bold', text)}\n`

/** The whole story. Gives the exit code: 0 only when the verdict is pass and nothing was left. */
export async function show(stage: Show): Promise<number> {
  const { options, signal, say } = stage
  const tools = ensureTools((line) => say(`set-up: ${line}`))
  say(title(`A cluster of ${options.servers} servers and ${options.agents} agents on the local cloud`))
  const cloud = await startLocalCloud(join(import.meta.dirname, 'index.js'), [
    '--speed',
    String(options.speed),
  ])
  try {
    const up = await bringUp(stage, cloud)
    if (options.keep && up.exitCode === 0 && !signal.aborted) await keep(stage, cloud, up, tools)
    if (signal.aborted) return 130
    const down = await takeDown(stage, cloud)
    return up.exitCode || down.exitCode
  } finally {
    await cloud.stop()
    if (signal.aborted) say('\nStopped. Nothing is left: no process, namespace, mount or file.')
  }
}

async function bringUp(stage: Show, cloud: LocalCloudProcess): Promise<ActionRun> {
  const { options } = stage
  const { run, phases, seconds } = await act(stage, cloud, 'cluster', {
    servers: options.servers,
    agents: options.agents,
    drills: options.drills,
    'channel-url': cloud.ready.channelUrl,
    'artifact-url': cloud.ready.artifactUrl,
    // The kernel of a sandbox host may lack WireGuard; the datapath stands in anyway.
    wireguard: 'false',
  })
  if (stage.signal.aborted) return run
  stage.say(title('Report'))
  stage.say(run.summary.trim())
  stage.say(title(`Timeline (${seconds.toFixed(1)} s)`))
  stage.say(renderTimeline(phases, seconds))
  return run
}

async function takeDown(stage: Show, cloud: LocalCloudProcess): Promise<ActionRun> {
  stage.say(title('Taking it away'))
  const { run } = await act(stage, cloud, 'teardown', {})
  stage.say(run.summary.trim())
  return run
}

async function act(
  stage: Show,
  cloud: LocalCloudProcess,
  name: string,
  inputs: Record<string, string>,
): Promise<{ run: ActionRun; phases: PhaseProgress[]; seconds: number }> {
  const live = process.stdout.isTTY && !stage.options.plain
  const screen = live ? liveScreen(process.stdout) : plainScreen((text) => void process.stdout.write(text))
  const started = Date.now()
  const run = await runAction({
    door: join(import.meta.dirname, '..', name, 'index.js'),
    inputs: { 'cluster-name': stage.options.name, ...inputs },
    env: environmentOf(cloud.ready),
    directory: stage.directory,
    signal: stage.signal,
    onLine: screen.line,
  })
  return { run, phases: screen.end(), seconds: (Date.now() - started) / 1000 }
}

const balancers = z.array(z.object({ port: z.int(), endpoint: z.string() }))

async function keep(
  { directory, signal, say }: Show,
  cloud: LocalCloudProcess,
  up: ActionRun,
  tools: Tools,
): Promise<void> {
  const answer = await fetch(`${cloud.ready.endpoint}/_local-cloud/balancers`)
  const endpoint = balancers.parse(await answer.json()).find(({ port }) => port === 6443)?.endpoint
  const kubeconfig = join(directory, 'kubeconfig')
  const original = readFileSync(up.outputs['kubeconfig-path'] ?? '', 'utf8')
  writeFileSync(kubeconfig, endpoint ? kubeconfigFromHere(original, endpoint) : original, { mode: 0o600 })
  say(kubectlHint({ kubectl: tools.kubectl, kubeconfig }))
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
