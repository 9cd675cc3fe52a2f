import { execFileSync } from 'node:child_process'
import { UserError } from '../../kit/errors.ts'

/**
 * Runs a set-up command quietly.
 * @throws UserError with the command's own last words when it fails.
 */
export function run(command: string, args: readonly string[], cwd?: string): void {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd ? { cwd } : {}) })
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? '')
      .trim()
      .split('\n')
      .slice(-5)
      .join('\n')
    throw new UserError(`set-up: \`${[command, ...args].join(' ')}\` failed${said ? `:\n${said}` : ''}`, {
      cause: error,
    })
  }
}
