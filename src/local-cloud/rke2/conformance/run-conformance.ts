import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ContainerContext, Runner } from '../kubelet/runner.ts'
import { inNamespace } from '../kubelet/sandbox.ts'
import { programFile } from '../program.ts'

/**
 * registry.k8s.io/conformance: a process of its own inside the pod's network, with the pod's certificate, that asks the API at its
 * Service address as the genuine suite does.
 */
export const runConformance: Runner = (context) => ({ exited: run(context) })

async function run(context: ContainerContext): Promise<number> {
  const { container, sandbox, write, signal } = context
  const directory = await mkdtemp('/tmp/conformance-')
  try {
    const file = join(directory, 'credentials.json')
    await writeFile(file, JSON.stringify(await context.credentials()), { mode: 0o600 })
    const environment = {
      ...Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
      CONFORMANCE_CREDENTIALS: file,
      PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin',
    }
    const command = [process.execPath, programFile(), 'conformance']
    const inside = sandbox ? ['nsenter', ...inNamespace(sandbox.namespace, ...command)] : command
    return await runProcess(inside, environment, write, signal)
  } catch (error) {
    write((error as Error).message)
    return 1
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function runProcess(
  [program = '', ...arguments_]: readonly string[],
  env: Record<string, string>,
  write: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, arguments_, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', write)
    signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 137))
  })
}
