import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { styleText } from 'node:util'
import * as z from 'zod'
import { counted } from '../kit/counted.ts'
import { UserError } from '../kit/errors.ts'
import { environmentOf } from '../local-cloud/action.ts'
import { defaultBase, makeStateDirectory, removeLeftovers } from '../local-cloud/front/state-directory.ts'
import { startFlags } from '../local-cloud/start-flags.ts'
import { ensureTools, type Tools } from '../local-cloud/tools/ensure-tools.ts'
import { reportSchema } from '../report/report.ts'
import { kubeconfigFromHere, kubectlHint } from './closing.ts'
import { hostResidue } from './host-residue.ts'
import { type LocalCloudProcess, startLocalCloud } from './local-cloud-process.ts'
import { askedFor } from './node-progress.ts'
import type { Options } from './options.ts'
import type { PhaseProgress } from './progress.ts'
import { renderTimeline } from './render.ts'
import { aligned, reportText } from './report-text.ts'
import { type ActionRun, runAction } from './run-action.ts'
import { liveScreen, plainScreen } from './screen.ts'

export interface Show {
  options: Options
  /** For files of the run. */
  directory: string
  signal: AbortSignal
  say: (text: string) => void
}

// A shell's own number for a program that was ended by SIGINT.
const CANCELLED = 130

const title = (text: string) => `\n${styleText('bold', text)}\n`

/** The whole story. Gives the exit code: 0 only when the verdict is pass and nothing was left. */
export async function show(given: Omit<Show, 'directory'>): Promise<number> {
  const { say } = given
  const base = defaultBase(process.env)
  removeLeftovers(base)
  const tools = ensureTools((line) => say(`set-up: ${line}`))
  const directory = makeStateDirectory(base)
  const owners = [process.pid]
  try {
    return await onCloud({ ...given, directory }, tools, (pid) => owners.push(pid))
  } finally {
    rmSync(directory, { recursive: true, force: true })
    proveNothingLeft(
      owners.flatMap((pid) => hostResidue(pid, base)),
      say,
    )
  }
}

async function onCloud(stage: Show, tools: Tools, onStart: (frontPid: number) => void): Promise<number> {
  const { options, signal, say } = stage
  const size = `${counted(Number(options.servers), 'server')} and ${counted(Number(options.agents), 'agent')}`
  say(title(`A cluster of ${size} on the local cloud`))
  const program = join(import.meta.dirname, 'index.js')
  const cloud = await startLocalCloud(program, cloudFlags(options), say)
  onStart(cloud.ready.pid)
  say(cloud.ready.parts)
  say(`Control plane: ${cloud.ready.controlPlane}.`)
  try {
    const up = await bringUp(stage, cloud)
    // Its inputs were refused.
    if (!up.began && !signal.aborted) return up.exitCode
    const kept = options.keep && up.exitCode === 0 && !signal.aborted
    // What was kept ends by Ctrl-C as it should, and with the cloud itself.
    if (kept) return await keep(stage, cloud, up, tools)
    const down = signal.aborted ? up : await takeDown(stage, cloud)
    return signal.aborted ? CANCELLED : up.exitCode || down.exitCode
  } finally {
    await cloud.stop()
  }
}

const cloudFlags = ({ artifacts, servers, agents, 'ssm-agent': agent, ...options }: Options): string[] =>
  startFlags({
    speed: options.speed,
    'control-plane': options['control-plane'],
    kubernetes: options.kubernetes,
    'fault-seed': options['fault-seed'],
    'ssm-agent': agent,
    ...(artifacts === undefined ? {} : { artifacts, servers, agents }),
  })

/** The other half of the residue proof: not what the cloud's APIs tell, but what this machine holds. */
function proveNothingLeft(left: readonly string[], say: Show['say']): void {
  if (left.length)
    throw new UserError(`left on this machine:\n  ${left.join('\n  ')}`, {
      hint: 'The next npm start removes what it can; a reboot removes the rest.',
    })
  say('\nOn this machine is left: no process, no namespace, no mount, no file.')
}

/** `began`: whether anything may have been made. */
async function bringUp(stage: Show, cloud: LocalCloudProcess): Promise<ActionRun & { began: boolean }> {
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
  const began = phases.length > 0
  if (stage.signal.aborted || !began) return { ...run, began }
  const reportPath = run.outputs['report-path']
  if (reportPath) {
    const report = reportSchema.parse(JSON.parse(readFileSync(reportPath, 'utf8')))
    stage.say(`${title('Verdict')}\n${reportText(report, process.stdout.columns || 120)}`)
  }
  stage.say(title(`Timeline (${seconds.toFixed(1)} s)`))
  stage.say(renderTimeline(phases, seconds))
  return { ...run, began }
}

async function takeDown(stage: Show, cloud: LocalCloudProcess): Promise<ActionRun> {
  stage.say(title('Taking it away'))
  const { run } = await act(stage, cloud, 'teardown', {})
  const residue = run.outputs['residue']
  if (residue) {
    const counts = Object.entries(residueSchema.parse(JSON.parse(residue)))
    stage.say(title('Residue, asked of each service anew'))
    stage.say(aligned(counts.map(([kind, items]) => [kind, items.join(', ') || 'none'])))
  }
  return run
}

async function act(
  stage: Show,
  cloud: LocalCloudProcess,
  name: string,
  inputs: Record<string, string>,
): Promise<{ run: ActionRun; phases: PhaseProgress[]; seconds: number }> {
  const { name: cluster, servers, agents, plain } = stage.options
  const nodes = askedFor(cluster, Number(servers), Number(agents))
  const screen = process.stdout.isTTY && !plain ? liveScreen(process.stdout, nodes) : plainScreen(stage.say)
  const started = Date.now()
  const run = await runAction({
    door: join(import.meta.dirname, '..', name, 'index.js'),
    inputs: { 'cluster-name': stage.options.name, ...inputs },
    env: environmentOf(cloud.ready),
    directory: stage.directory,
    signal: stage.signal,
    onLine: screen.line,
  })
  return { run, phases: screen.end(run.exitCode === 0), seconds: (Date.now() - started) / 1000 }
}

const residueSchema = z.record(z.string(), z.array(z.string()))
const balancers = z.array(z.object({ port: z.int(), endpoint: z.string() }))

async function keep(
  { directory, signal, say }: Show,
  cloud: LocalCloudProcess,
  up: ActionRun,
  tools: Tools,
): Promise<number> {
  const answer = await fetch(`${cloud.ready.endpoint}/_local-cloud/balancers`)
  const endpoint = balancers.parse(await answer.json()).find(({ port }) => port === 6443)?.endpoint
  const kubeconfig = join(directory, 'kubeconfig')
  const original = readFileSync(up.outputs['kubeconfig-path'] ?? '', 'utf8')
  writeFileSync(kubeconfig, endpoint ? kubeconfigFromHere(original, endpoint) : original, { mode: 0o600 })
  say(kubectlHint({ kubectl: tools.kubectl, kubeconfig }))
  const death = await Promise.race([signal.aborted || once(signal, 'abort'), cloud.died])
  if (death instanceof UserError) throw death
  return 0
}
