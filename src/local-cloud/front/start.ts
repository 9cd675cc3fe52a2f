import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { UserError } from '../../kit/errors.ts'
import type { FaultSettings } from '../fault-options.ts'
import { MIRROR_NAME } from '../machines/mirror.ts'
import type { Tools } from '../tools/ensure-tools.ts'
import type { ControlPlaneSetup } from '../tools/kubernetes/ensure-control-plane.ts'
import { searchPath } from '../tools/on-path.ts'
import { createBalancerRelays } from './balancer-relays.ts'
import { type CloudEvent, cloudEvent } from './cloud-event.ts'
import { onLoan, planLoan, returnLoans } from './lend-host.ts'
import { openRelay } from './relay.ts'
import { wantsOurCilium } from './releases/inspect-release.ts'
import { type Artifacts, describeParts, isGenuine } from './releases/open-artifacts.ts'
import initScript from './scripts/cloud-init.sh'
import { defaultBase, makeStateDirectory, removeLeftovers } from './state-directory.ts'
import { chooseWayIn } from './way-in.ts'

export interface StartOptions {
  /** The bundle that holds this program. */
  program: string
  /** Directory in which the state directory is made. */
  base: string | undefined
  /** Loopback port of the APIs; 0 takes any. */
  port: number
  speed: number
  region: string
  tools: Tools
  setup: ControlPlaneSetup
  /** The user's own mirror of RKE2; else our stand-in is built when it is asked for. */
  artifacts: Artifacts | undefined
  /** Directory of the genuine SSM agent's programs; empty for the stand-in. */
  ssmAgent: string
  faults: FaultSettings
  /** The text of the policy that calls of the announced key are held to. */
  userPolicy: string | undefined
  /** Ends when standard input ends: for a caller that wants the cloud to die with it. */
  stopWithStdin: boolean
}

/**
 * Starts the cloud in namespaces of its own, relays to it, prints one line of JSON when it answers, and takes everything
 * away at SIGINT, SIGTERM or SIGHUP.
 * @throws UserError when namespaces can't be made, or the cloud ends before it is ready.
 */
export async function start(options: StartOptions): Promise<void> {
  const base = options.base ?? defaultBase(process.env)
  for (const directory of removeLeftovers(base))
    console.error(`removed ${directory}, left by a cloud that was killed`)
  returnLoans()
  const way = chooseWayIn(process.getuid?.() === 0)
  const state = makeStateDirectory(base, ['store', 'balancers'])
  // Nothing may stay, whatever goes wrong from here on.
  process.on('exit', () => rmSync(state, { recursive: true, force: true }))
  const cloud = launch(options, way, state)
  const ended = new Promise<void>((resolve) => cloud.once('exit', () => resolve()))
  let stopping = false
  const stop = () => {
    stopping = true
    cloud.stdin?.end()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  if (options.stopWithStdin) process.stdin.on('end', stop).on('error', stop).resume()
  follow(cloud, state, async ({ accessKeyId, secretAccessKey }) => {
    const relay = await openRelay(join(state, 'api.sock'), options.port)
    console.log(JSON.stringify({ ...readyOf(relay.port, options), accessKeyId, secretAccessKey }))
  })
  await ended
  if (!stopping) throw new UserError('the local cloud ended by itself', { hint: 'Its last words are above.' })
}

function launch(options: StartOptions, way: ReturnType<typeof chooseWayIn>, state: string): ChildProcess {
  const init = join(state, 'init.sh')
  writeFileSync(init, initScript)
  const { program, speed, region, tools, setup, ssmAgent, artifacts, faults, userPolicy } = options
  const loan = artifacts && isGenuine(artifacts) ? planLoan(basename(state)) : undefined
  const [command, ...args] = loan ? onLoan(way, state, loan) : way.command
  const mirror = artifacts && {
    directory: artifacts.directory,
    versions: artifacts.releases.map(({ version }) => version),
    withOurCilium: artifacts.releases.filter(wantsOurCilium).map(({ version }) => version),
  }
  const { controlPlane, kubernetes } = setup
  const { userNamespace } = way
  const settings = {
    ...{ state, speed, region, tools, controlPlane, kubernetes },
    ...{ ssmAgent, mirror, loan, userNamespace, faults, userPolicy },
  }
  return spawn(
    command,
    [...args, 'bash', init, state, process.execPath, program, 'inside', JSON.stringify(settings)],
    // A group of its own: Ctrl-C in a terminal is for the front, which then ends the rest in order.
    {
      detached: true,
      env: { ...process.env, PATH: searchPath() },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
}

function follow(
  cloud: ChildProcess,
  state: string,
  onReady: (event: Extract<CloudEvent, { event: 'ready' }>) => Promise<void>,
): void {
  const setBalancers = createBalancerRelays(state)
  let last: Promise<void> = Promise.resolve()
  if (!cloud.stdout) return
  createInterface({ input: cloud.stdout }).on('line', (line) => {
    const event = cloudEvent.parse(JSON.parse(line))
    last = last.then(() => (event.event === 'ready' ? onReady(event) : setBalancers(event.doors)))
  })
}

const readyOf = (port: number, { region, artifacts, setup }: StartOptions) => ({
  endpoint: `http://127.0.0.1:${port}`,
  region,
  channelUrl: `http://127.0.0.1:${port}/v1-release/channels`,
  artifactUrl: `http://${MIRROR_NAME}/rke2`,
  parts: describeParts(artifacts),
  controlPlane: setup.words,
  pid: process.pid,
})
