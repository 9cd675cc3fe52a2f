import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDirectory } from '../../src/local-cloud/tools/cache-directory.ts'

const requirements = join(import.meta.dirname, 'requirements.txt')
const python = process.env['PYTHON'] ?? 'python3'

/**
 * The directory of the peers' Python packages, at the versions and with the hashes of requirements.txt. Installed into the
 * cache when it is not there yet: by pip alone, as not every Python has venv.
 */
function peerPackages(): string {
  const version = execFileSync(python, ['-c', 'import sys; print(sys.implementation.cache_tag)'], {
    encoding: 'utf8',
  }).trim()
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const directory = join(cacheDirectory(), `peers-${hash}-${version}`)
  if (existsSync(directory)) return directory
  // Half an installation must not look like a whole one.
  const unfinished = `${directory}.${process.pid}`
  try {
    execFileSync(
      python,
      [
        ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action=ignore'],
        ...['--no-deps', '--require-hashes', '--target', unfinished, '--requirement', requirements],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    renameSync(unfinished, directory)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return directory
}

/** What a peer sees of this machine's environment: nothing that would configure an AWS client. */
export function peerEnvironment(more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    PYTHONPATH: peerPackages(),
    PYTHONDONTWRITEBYTECODE: '',
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...more,
  }
}

/** Runs a script with the peers' packages, `input` as JSON on its standard input; what it prints is JSON too. */
export async function runPython(
  script: string,
  input: unknown,
  environment: Record<string, string>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 200_000_000, env: peerEnvironment(environment) }
    const child = execFile(python, [script], options, (error, stdout, stderr) =>
      error ? reject(new Error(`${script}: ${error.message}\n${stderr}`)) : resolve(stdout),
    )
    child.stdin?.end(JSON.stringify(input))
  })
}

export const pythonProgram = python
