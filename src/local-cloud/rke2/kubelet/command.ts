import { spawn } from 'node:child_process'

/** Runs a program with `input` on its standard input. @throws Error with what it said on its standard error. */
export function runCommand(program: string, arguments_: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, arguments_, { stdio: ['pipe', 'pipe', 'pipe'] })
    let output = ''
    let complaint = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(output)
      else
        reject(
          new Error(
            `${program} ${arguments_.join(' ')}: ${complaint.trim() || `exit ${code ?? 'by signal'}`}`,
          ),
        )
    })
    child.stdin.once('error', () => undefined)
    child.stdin.end(input)
  })
}
