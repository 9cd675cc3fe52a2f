import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, request } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { build } from 'esbuild'
import { startTimeOf } from '../../../src/kit/start-time.ts'
import { lendHost, planLoan } from '../../../src/local-cloud/front/lend-host.ts'
import { childOf } from '../../../src/local-cloud/machines/processes.ts'

const HOST_LOAN = 'src/local-cloud/front/scripts/host-loan.sh'

interface Said {
  code: number | null
  stdout: string
  stderr: string
}

/** The hypervisor in namespaces of its own, without any of AWS's services. Needs root. */
export interface MachineRoom {
  call<T = unknown>(name: string, ...args: unknown[]): Promise<T>
  /** Runs a bash script in a machine. */
  run(instanceId: string, script: string): Promise<Said>
  directory: string
  close(): Promise<void>
}

const banner = {
  js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
}

/** Bundles programs as the build does. */
export async function bundlePrograms(directory: string, entryPoints: Record<string, string>): Promise<void> {
  await build({
    ...{
      entryPoints,
      banner,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      outdir: directory,
    },
    ...{ loader: { '.sh': 'text', '.py': 'text' }, logLevel: 'error', mainFields: ['module', 'main'] },
  })
}

/**
 * `aws` answers what machines ask of 169.254.169.251. With `containers`, machines have what containers need;
 * `genuineAgent` is a directory of an SSM agent's programs to run in place of the stand-in.
 */
export async function openMachineRoom(
  aws: RequestListener = (_, response) => response.end('aws\n'),
  { containers = false, genuineAgent = '' } = {},
): Promise<MachineRoom> {
  const loan = containers
    ? planLoan(`machine-room-cloud-${process.pid}-${startTimeOf(process.pid)}`)
    : undefined
  const directory = mkdtempSync('/tmp/machine-room-')
  mkdirSync(join(directory, 'store'))
  await bundlePrograms(directory, {
    room: 'test/contract/machines/machine-room-program.ts',
    agent: 'src/local-cloud/machines/agent/main.ts',
  })
  const front = createServer(aws).listen(join(directory, 'aws.sock'))
  const [program = '', ...before] = loan ? lendHost(HOST_LOAN, loan) : []
  const child = spawn(
    program || 'unshare',
    [
      ...(loan ? [...before, 'unshare'] : []),
      ...['--mount', '--net', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc', 'bash', '-c'],
      'mount -t tmpfs store "$1/store"; "$0" "$1/room.js" "$1" "$1/agent.js" "$2" & wait -n',
      ...[process.execPath, directory, JSON.stringify({ loan, genuineAgent })],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(child.stdout, 'data')
  const call = async <T>(name: string, ...args: unknown[]): Promise<T> => {
    const { value, error } = await ask(join(directory, 'room.sock'), { name, args })
    if (error !== undefined) throw new Error(error)
    return value as T
  }
  return {
    call,
    run: (instanceId, script) => call<Said>('run', instanceId, script),
    directory,
    async close() {
      const gone = once(child, 'exit')
      // Who lends the host outlives what it has started, and gives everything back.
      const unshare = loan ? childOf(child.pid ?? 0) : child.pid
      if (unshare !== undefined) process.kill(unshare, 'SIGKILL')
      await gone
      front.closeAllConnections()
      front.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function ask(socketPath: string, body: object): Promise<{ value?: unknown; error?: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method: 'POST' }, (response) => {
      json(response).then((answer) => resolve(answer as { value?: unknown; error?: string }), reject)
    })
    call.on('error', reject).end(JSON.stringify(body))
  })
}

/** A machine for a test: `machineSpec(3)` is i-3 at 172.31.3.10. */
export const machineSpec = (number: number, userData?: string) => ({
  instanceId: `i-${number}`,
  privateIp: `172.31.${number}.10`,
  hostname: `ip-172-31-${number}-10`,
  userData,
})
