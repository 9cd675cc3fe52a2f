import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { peerEnvironment, pythonProgram } from '../python.ts'

/** Moto's server on a loopback port of its own. */
export async function startMoto(): Promise<{ endpoint: string; close: () => Promise<void> }> {
  const child = spawn(pythonProgram, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: peerEnvironment({ MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' }),
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const said: string[] = []
  const endpoint = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line)
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
      if (url) resolve(url)
    })
    child.once('close', (code) =>
      reject(new Error(`moto ended with ${code}:\n${said.slice(-15).join('\n')}`)),
    )
  })
  return {
    endpoint,
    close: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}
