#!/usr/bin/env node
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { changed, fingerprint } from './generated.mjs'
import { runJest } from './run-jest.mjs'
import { ensurePackages, requireNode, root, run } from './set-up.mjs'

// `npm test`: everything, in the order in which a fault is cheapest to find. `npm test -- unit contract` runs only these.

requireNode()
ensurePackages()

const scratch = mkdtempSync(join(tmpdir(), 'rke2-action-test-'))
const counts = { passed: 0, failed: 0, skipped: 0 }
/** What was skipped, by the name that says why. */
const notRun = new Set()

/** Runs one jest project and adds up what it counted. */
async function jest(project, ...options) {
  const { told, fault } = await runJest(project, scratch, options)
  for (const { assertionResults } of told?.testResults ?? [])
    for (const { status, ancestorTitles, title } of assertionResults)
      if (status === 'pending') notRun.add(ancestorTitles[0] ?? title)
  counts.passed += told?.numPassedTests ?? 0
  counts.failed += Math.max(told?.numFailedTests ?? 0, fault ? 1 : 0)
  counts.skipped += told?.numPendingTests ?? 0
  if (fault) throw new Error(`${project}: ${fault}`)
}

/** The wire's models are what the generator makes of AWS's, and other people's clients and stand-ins get what they expect. */
async function peers() {
  run('python3', ['src/build/generate-wire-model.py', '--check'])
  await jest('peers', '--runInBand')
}

/** dist/, action.yml, READMEs and the schema must be what the sources make. */
function builtFilesAreFresh() {
  const before = fingerprint()
  run('node', ['src/build/build.mjs'])
  const stale = changed(before, fingerprint())
  if (stale.length)
    throw new Error(`stale until now, freshly built: commit them\n  ${stale.slice(0, 20).join('\n  ')}`)
}

const UPSTREAM = 'columns/upstream'

const node = (file, ...args) => run(process.execPath, [join(root, 'node_modules', file), ...args])

const stages = {
  types: () => node('typescript/bin/tsc'),
  lint: () => {
    node('@biomejs/biome/bin/biome', 'check', '--error-on-warnings')
    node('knip/bin/knip.js')
    run(process.execPath, ['bin/lint.mjs'])
  },
  build: builtFilesAreFresh,
  tools: () => run(process.execPath, ['dist/local-cloud/index.js', 'set-up']),
  kubernetes: () => run(process.execPath, ['bin/genuine-parts.mjs']),
  // More than there are cores: most of these wait for an answer.
  unit: () => jest('unit', '--maxWorkers=4'),
  peers,
  // Those that lend this machine's cgroups to containers go one after another; the others have namespaces of their own.
  machines: () => jest('contract', '--runInBand', '--testPathPatterns=contract/machines'),
  contract: () => jest('contract', '--runInBand', '--testPathIgnorePatterns=contract/machines'),
  // The longest of the end-to-end tests is on its own.
  upstream: () => jest('e2e', '--runInBand', `--testPathPatterns=${UPSTREAM}`),
  // A cloud waits more than it works, so this and `upstream` have room on two cores.
  e2e: () =>
    jest(
      'e2e',
      '--maxWorkers=2',
      `--testPathIgnorePatterns=${UPSTREAM}`,
      '--testSequencer=./bin/longest-first.mjs',
    ),
  workflows: () => jest('workflows', '--runInBand'),
}

/** What runs one after another, in lanes beside one another: each takes the time in which the other waits. */
const order = [
  [['types', 'lint', 'build', 'tools', 'kubernetes']],
  [['unit', 'peers', 'workflows', 'e2e'], ['machines', 'upstream'], ['contract']],
]

/** Nothing else could run without it. */
const ALWAYS = 'tools'

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in stages))
if (unknown.length) {
  console.error(`no stage ${unknown.join(', ')}; there are ${Object.keys(stages).join(', ')}`)
  process.exit(2)
}

const failed = []
const table = []
for (const lanes of order) await Promise.all(lanes.map(runLane))
rmSync(scratch, { recursive: true, force: true })

async function runLane(names) {
  for (const name of names) if (!asked.length || asked.includes(name) || name === ALWAYS) await runStage(name)
}

async function runStage(name) {
  const started = Date.now()
  console.log(`\n▸ ${name}`)
  try {
    await stages[name]()
  } catch (error) {
    failed.push(name)
    console.error(error.message)
  }
  table.push(
    `  ${failed.includes(name) ? '✗' : '✓'} ${name.padEnd(12)} ${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`,
  )
}

console.log(`\n${table.join('\n')}\n`)
if (failed.length) console.error(`failed: ${failed.join(', ')}`)
for (const name of notRun) console.error(`skipped: ${name}`)
console.log(`tests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exit(failed.length ? 1 : 0)
