import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { describeError, UserError } from '../kit/errors.ts'
import type { FaultSettings } from './fault-options.ts'
import { type Flags, HELP, readFlags } from './flags.ts'
import { ensureMemory } from './front/ensure-memory.ts'
import { returnLoans } from './front/lend-host.ts'
import { type Artifacts, isGenuine, openArtifacts } from './front/releases/open-artifacts.ts'
import { start } from './front/start.ts'
import { defaultBase, removeLeftovers } from './front/state-directory.ts'
import { RELEASES, STABLE } from './releases.ts'
import { ensureTools } from './tools/ensure-tools.ts'
import { buildBinaries } from './tools/kubernetes/build-binaries.ts'
import { ensureControlPlane } from './tools/kubernetes/ensure-control-plane.ts'

// A genuine RKE2 brings its own.
const OWN_CONTROL_PLANE = { controlPlane: 'light', kubernetes: {}, words: "the genuine RKE2's own" } as const

const say = (line: string) => console.error(line)
const tell = (line: string) => console.log(line)

const program = realpathSync(process.argv[1] ?? '')

/** What each word of the command line does. */
const COMMANDS: Readonly<Record<string, (args: string[]) => unknown>> = {
  // The front stays small: it never loads the cloud.
  inside: async ([settings = '']) => (await import('./inside.ts')).inside(program, settings),
  start: (args) => startWith(readFlags(args)),
  'set-up': () => ensureTools(tell),
  'build-kubernetes': (args) => buildKubernetes(readFlags(args)),
  clean: (args) => clean(readFlags(args)),
}

async function run(): Promise<void> {
  const [command = '', ...args] = process.argv.slice(2)
  const carryOut = COMMANDS[command]
  if (!carryOut) throw new UserError(command ? `there is no command ${command}\n\n${HELP}` : HELP)
  await carryOut(args)
}

async function startWith(flags: Flags): Promise<void> {
  const { port, speed, region, state: base, 'stop-with-stdin': stopWithStdin } = flags
  const faults = await readFaults(flags)
  const artifacts = await readArtifacts(flags)
  const ssmAgent = await genuineAgent(flags['ssm-agent'])
  const userPolicy = await iamPolicy(flags['iam-policy'])
  const others = RELEASES.filter((release) => release !== STABLE)
  const choice = { choice: flags['control-plane'], named: flags.kubernetes }
  const setup =
    artifacts && isGenuine(artifacts)
      ? OWN_CONTROL_PLANE
      : await ensureControlPlane({ ...choice, releases: [STABLE, ...others] }, say)
  const tools = ensureTools(say)
  await start({
    ...{ program, base, port, speed, region, stopWithStdin },
    ...{ artifacts, ssmAgent, tools, setup, faults, userPolicy },
  })
}

async function buildKubernetes({ version, kubelet }: Flags): Promise<void> {
  const built = await buildBinaries(version, tell, kubelet ? ['kubelet'] : [])
  tell(`Kubernetes ${built.version} lies in ${built.directory}; npm start uses it from now on`)
}

function clean({ state }: Flags): void {
  returnLoans()
  for (const directory of removeLeftovers(state ?? defaultBase(process.env))) tell(`removed ${directory}`)
}

/** The user's own mirror, and whether this machine can hold what is in it, before anything starts. */
async function readArtifacts(flags: Flags): Promise<Artifacts | undefined> {
  if (flags.artifacts === undefined) return undefined
  const artifacts = await openArtifacts(flags.artifacts, say)
  if (isGenuine(artifacts)) ensureMemory(flags)
  return artifacts
}

/** Loaded only when something is to go wrong: it knows every operation, and the front stays small. @throws UserError */
async function readFaults(flags: Flags): Promise<FaultSettings> {
  const { fault, faults, 'fault-seed': seed, throttling } = flags
  if (!fault.length && [faults, seed, throttling].every((flag) => flag === undefined))
    return { faults: [], throttling: 'off' }
  const { readFaultFlags } = await import('./fault-options.ts')
  return readFaultFlags({ fault, faults, 'fault-seed': seed, throttling })
}

/**
 * Refused before anything is started; loaded only when it is wanted.
 * @throws UserError
 */
async function genuineAgent(directory: string | undefined): Promise<string> {
  if (directory === undefined) return ''
  const { findGenuineAgent } = await import('./machines/agent/genuine-agent.ts')
  await findGenuineAgent(resolve(directory), process.arch)
  return resolve(directory)
}

/** The policy's text. Loaded only when it is wanted, as the language of policies is not small. @throws UserError */
async function iamPolicy(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  const { readIamPolicy } = await import('./read-iam-policy.ts')
  return readIamPolicy(file)
}

try {
  await run()
  // `inside` serves for ever; the others are done here.
  if (process.argv[2] !== 'inside') process.exit(0)
} catch (error) {
  console.error(describeError(error))
  process.exit(1)
}
