import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './set-up.mjs'

/** Far above what the longest project takes on a slow machine. */
const DEADLINE_MINUTES = 25
/** Jest's own end, after its report is written. */
const LINGERING_SECONDS = 30

const groups = new Set()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    for (const group of groups) kill(group, signal)
    process.exit(1)
  })

function kill(group, signal) {
  try {
    process.kill(-group, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/**
 * Runs one of jest's projects in a process group of its own, so that nothing of it outlives it: a test that leaves something
 * open would keep jest, and with it the whole gate, waiting for ever.
 * @returns what jest reported, and why the run is no good, if it is not
 */
export async function runJest(project, scratch, options) {
  const report = join(mkdtempSync(join(scratch, `${project}-`)), 'report.json')
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--selectProjects',
      project,
      '--json',
      `--outputFile=${report}`,
      // A deadline is for what hangs. Tests that wait for processes would miss jest's 5 s on a busy machine.
      '--testTimeout=60000',
      ...options,
    ],
    {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    },
  )
  groups.add(child.pid)
  const hung = watch(child.pid, report)
  const [status] = await once(child, 'close')
  hung.stop()
  kill(child.pid, 'SIGKILL')
  groups.delete(child.pid)
  const told = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined
  return { told, fault: hung.why ?? faultOf(status, told) }
}

/** Ends what does not end by itself. */
function watch(group, report) {
  const started = Date.now()
  let reported
  const watching = {
    why: undefined,
    stop: () => clearInterval(timer),
  }
  const timer = setInterval(() => {
    if (existsSync(report)) reported ??= Date.now()
    watching.why = whyHung(Date.now(), started, reported)
    if (!watching.why) return
    watching.stop()
    kill(group, 'SIGKILL')
  }, 1_000)
  return watching
}

function whyHung(now, started, reported) {
  if (reported && now - reported > LINGERING_SECONDS * 1_000)
    return `its tests are over, but something that one of them started was still open after ${LINGERING_SECONDS} s: killed`
  if (now - started > DEADLINE_MINUTES * 60_000)
    return `no end within ${DEADLINE_MINUTES} minutes: killed. The suite that hangs is the one without PASS or FAIL above`
  return undefined
}

function faultOf(status, told) {
  if (!told) return `jest ended with ${status} and without a report`
  if (status !== 0 || told.numPassedTests === 0)
    return `${told.numFailedTests} tests failed, ${told.numPassedTests} passed`
  return undefined
}
