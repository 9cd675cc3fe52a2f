import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { root } from '../bin/set-up.mjs'
import { watchMemory } from './memory.mjs'

export const title =
  'npm start: a 3+3 cluster up, verified and gone, by phase, and the memory of all its processes'

// A line of an action's log: seconds since its start, the phase, what it says.
const LINE = /^ *(\d+\.\d)s {2}(\S+) /

/** One whole run. @returns seconds by phase and in all, set-up apart, and the highest memory in GiB */
function runOnce(controlPlane) {
  const start = [join(root, 'bin/start.mjs'), '--plain', '--control-plane', controlPlane]
  const show = spawn(process.execPath, start, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  const endMemory = watchMemory(show.pid)
  const phases = {}
  const said = []
  let begun = 0
  createInterface({ input: show.stdout }).on('line', (line) => {
    said.push(line)
    // What comes before the first line that is no set-up is set-up.
    if (!begun && line && !line.startsWith('set-up:')) begun = performance.now()
    const [, seconds, name] = LINE.exec(line) ?? []
    if (!name) return
    phases[name] ??= { from: Number(seconds), to: 0 }
    phases[name].to = Number(seconds)
  })
  return new Promise((resolve, reject) => {
    show.on('close', (code) => {
      const memory = endMemory()
      if (code !== 0) return reject(new Error(`npm start ended with ${code}:\n${said.slice(-30).join('\n')}`))
      resolve({ phases, memory, total: (performance.now() - begun) / 1000 })
    })
  })
}

// Seconds and GiB of all processes, on two cores.
const TARGETS = { light: { seconds: 60, rss: 2.5 }, upstream: { seconds: 90, rss: 4 } }

/** `--runs N`, default 3; `--control-plane light,upstream`, default both. */
export async function measure(args) {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: 'string', default: '3' },
      'control-plane': { type: 'string', default: 'light,upstream' },
      json: { type: 'boolean' },
    },
  })
  const figures = []
  for (const controlPlane of values['control-plane'].split(','))
    figures.push(...(await measureOne(controlPlane, Number(values.runs))))
  return figures
}

async function measureOne(controlPlane, count) {
  const target = TARGETS[controlPlane]
  const runs = []
  for (let run = 0; run < count; run++) runs.push(await runOnce(controlPlane))
  const figure = (name, unit, of, most) => ({ name, unit, values: runs.map(of), target: most })
  const secondsOf = (name) => (run) => (run.phases[name]?.to ?? 0) - (run.phases[name]?.from ?? 0)
  const told = Object.keys(runs[0]?.phases ?? {}).filter((name) => secondsOf(name)(runs[0]) > 0)
  return [
    figure(`${controlPlane}: up, verified and gone`, 's', ({ total }) => total, target.seconds),
    ...told.map((name) => figure(`  ${name}`, 's', secondsOf(name))),
    figure('  RSS of all processes, peak', 'GiB', ({ memory }) => memory.rss, target.rss),
    figure('    the same with shared pages once (PSS)', 'GiB', ({ memory }) => memory.pss),
    figure('    processes then', '', ({ memory }) => memory.processes),
  ]
}
