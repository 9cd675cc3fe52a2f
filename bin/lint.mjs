import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cache, ensureDebianPackage, has, root, run, say } from './set-up.mjs'

// The linters of what TypeScript's don't read: shell scripts and workflows.

const ACTIONLINT = '1.7.12'

const filesBelow = (folder, ending) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))

function actionlint() {
  const bin = join(cache, 'bin')
  const program = join(bin, 'actionlint')
  mkdirSync(bin, { recursive: true })
  if (!has(program)) {
    if (!has('go')) throw new Error('actionlint is missing and so is Go to build it: https://go.dev/dl')
    say('building actionlint (go install, once)')
    run('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`], {
      env: { ...process.env, GOBIN: bin, GOFLAGS: '' },
    })
  }
  run(program, ['-color', ...workflows()])
}

const workflows = () => [...filesBelow('.github/workflows', '.yml'), ...filesBelow('workflows', '.yml')]

ensureDebianPackage('shellcheck', 'shellcheck')
run('shellcheck', [
  '--severity=style',
  '--external-sources',
  ...filesBelow('src', '.sh'),
  ...filesBelow('actions', '.sh'),
])
actionlint()
