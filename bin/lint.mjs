#!/usr/bin/env node
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './set-up.mjs'
import { ensureActionlint, ensureShellcheck, ensureZizmor } from './tools.mjs'

// The linters of what TypeScript's don't read: shell scripts, workflows and actions. Any finding is an exit other than 0.

const filesBelow = (folder, ...endings) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => join(folder, name))

const scripts = ['.ci/run', ...filesBelow('src', '.sh'), ...filesBelow('actions', '.sh')]
const workflows = [...filesBelow('.github/workflows', '.yml'), ...filesBelow('workflows', '.yml')]
const actions = ['action.yml', ...filesBelow('actions', '/action.yml')]

const linters = {
  shellcheck: () => run(ensureShellcheck(), ['--severity=style', '--external-sources', ...scripts]),
  actionlint: () => run(ensureActionlint(), ['-color', ...workflows]),
  // Not --format=sarif, which exits with 0 whatever it finds.
  zizmor: () => run(ensureZizmor(), ['--offline', '--quiet', '--no-progress', ...workflows, ...actions]),
}

let failed = false
for (const [name, lint] of Object.entries(linters)) {
  try {
    lint()
  } catch (error) {
    failed = true
    console.error(`\n${name} failed${error.status ? ', see above' : `: ${error.message}`}`)
  }
}
process.exit(failed ? 1 : 0)
