import { spawn } from 'node:child_process'

export interface Command {
  argv: readonly [string, ...string[]]
  env?: Readonly<Record<string, string>>
  input?: string
}

/**
 * Runs a program of the host to its end and gives its standard output.
 * @throws Error with what it wrote to standard error, when it fails.
 */
export function runCommand({ argv: [program, ...args], env, input = '' }: Command): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${program} ended with ${code}: ${errors.trim()}`)),
    )
    child.stdin.on('error', () => {}).end(input)
  })
}
