import { text } from 'node:stream/consumers'
import { runResponder } from './answer-health.ts'
import { runPlugin } from './cni-plugin.ts'
import { askAgent } from './command-socket.ts'
import { buildConfig } from './config-map.ts'
import { runAgent } from './run-agent.ts'
import { runOperator } from './run-operator.ts'
import { accountClient } from './service-account.ts'

/** The programs of our image of Cilium, by the names that RKE2's chart, containerd and node scripts call. */
const programs: Readonly<Record<string, (name: string, words: readonly string[]) => Promise<number>>> = {
  'cilium-agent': runAgent,
  'cilium-operator-generic': runOperator,
  'cilium-health-responder': runResponder,
  'cilium-dbg': debug,
  cilium: debug,
  'cilium-health': ask,
  'cilium-cni': plug,
  loopback: plug,
}

/** @returns the status to end with. */
export async function runProgram([name = '', ...words]: readonly string[]): Promise<number> {
  const program = programs[name]
  try {
    if (program) return await program(name, words)
    throw new Error(`the local cloud's Cilium has no program ${name}`)
  } catch (error) {
    process.stderr.write(`level=fatal msg=${JSON.stringify((error as Error).message)}\n`)
    return 1
  }
}

function debug(name: string, words: readonly string[]): Promise<number> {
  return words[0] === 'build-config' ? writeConfig() : ask(name, words)
}

async function writeConfig(): Promise<number> {
  await buildConfig(accountClient(), process.env['CILIUM_K8S_NAMESPACE'] ?? 'kube-system')
  return 0
}

async function ask(name: string, words: readonly string[]): Promise<number> {
  const { exitCode, output } = await askAgent([name, ...words])
  process[exitCode === 0 ? 'stdout' : 'stderr'].write(output)
  return exitCode
}

async function plug(name: string): Promise<number> {
  const { output, exitCode } = await runPlugin(name, process.env, await text(process.stdin))
  process.stdout.write(output)
  return exitCode
}
