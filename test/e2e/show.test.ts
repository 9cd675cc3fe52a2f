import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { dist } from './cloud.ts'
import { leftOf, livingIn, treeOf } from './process-tree.ts'

// What a stranger sees who clones the repository and runs `npm start`, and what is left when he has enough of it.

const SMALL = ['--servers', '1', '--agents', '1', '--drills', 'none']

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rke2-action-start-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Starts the show in a group of its own, as a terminal does, with all of its files below `directory`. */
function start(...args: string[]) {
  const child = spawn(
    process.execPath,
    [join(dist, '../bin/start.mjs'), '--control-plane', 'light', ...args],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: directory, XDG_RUNTIME_DIR: directory },
    },
  )
  const lines: string[] = []
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const pid = child.pid ?? 0
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => lines.push(line))
  return {
    pid,
    ended,
    said: () => lines.join('\n'),
    /** Resolves as soon as a line matches, or when it ended without one. */
    async says(pattern: RegExp): Promise<void> {
      const over = ended.then(() => true)
      while (!lines.some((line) => pattern.test(line)))
        if (await Promise.race([over, pause(50)]))
          throw new Error(`ended without ${pattern}:\n${lines.join('\n')}`)
    },
    interrupt: () => process.kill(-pid, 'SIGINT'),
  }
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** The show's processes now: machines among them, which only their mounts betray. */
function processesOf(pid: number): string[] {
  const tree = treeOf(pid)
  expect(livingIn(directory).length).toBeGreaterThan(2)
  return [...new Set([...tree, ...livingIn(directory)])]
}

function nothingIsLeft(processes: string[]): void {
  expect(leftOf(processes, directory)).toEqual([])
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(directory)
  expect(readdirSync(directory)).toEqual([])
}

test('npm start: three servers and three agents up, verified and gone', async () => {
  const show = start()
  await show.says(/join-servers/)
  const processes = processesOf(show.pid)
  expect(await show.ended).toBe(0)
  const said = show.said()
  expect(said).toMatch(/demo is highly available/)
  for (const name of ['demo-server-3', 'demo-agent-3']) expect(said).toMatch(new RegExp(`${name} +eu-west-1`))
  expect(said).toMatch(/Drill lose-one-server\n +longest write gap +\d/)
  expect(said).toMatch(/Timeline[\s\S]*join-agents +█+ +\d/)
  expect(said).toMatch(/instances +none\n[\s\S]*IAM roles and profiles +none/)
  expect(said).toMatch(/On this machine is left: no process/)
  // Not a terminal: no colours, no cursor movements.
  expect(said).not.toContain('\u001b')
  nothingIsLeft(processes)
}, 240_000)

test('--help tells what there is, a wrong option is refused', async () => {
  const help = start('--help')
  expect(await help.ended).toBe(0)
  expect(help.said()).toMatch(/--keep .*until Ctrl-C/)
  const wrong = start('--server', '3')
  expect(await wrong.ended).toBe(1)
  expect(wrong.said()).toMatch(/--server'[\s\S]*npm start -- --help/)
})

test('a number of servers that RKE2 cannot have is refused by the action, and nothing is left', async () => {
  const show = start('--servers', '2')
  expect(await show.ended).toBe(1)
  expect(show.said()).toMatch(/servers: .*2/)
  expect(readdirSync(directory)).toEqual([])
}, 60_000)

test.each([
  ['while machines are launched', /demo-server-1 in eu-west-1/],
  ['while the first server starts', /demo-server-1 starts/],
])(
  'Ctrl-C %s leaves nothing',
  async (_, moment) => {
    const show = start(...SMALL)
    await show.says(moment)
    const processes = processesOf(show.pid)
    show.interrupt()
    expect(await show.ended).toBe(130)
    expect(show.said()).toMatch(/On this machine is left: no process/)
    nothingIsLeft(processes)
  },
  60_000,
)

test('kill -9 leaves no process, and no file after the next start', async () => {
  const show = start(...SMALL)
  await show.says(/demo-server-1 starts/)
  const processes = processesOf(show.pid)
  process.kill(show.pid, 'SIGKILL')
  await show.ended
  for (let waited = 0; leftOf(processes, directory).length && waited < 15_000; waited += 200) await pause(200)
  expect(leftOf(processes, directory)).toEqual([])
  expect(await start('--servers', '2').ended).toBe(1)
  nothingIsLeft(processes)
}, 60_000)

test('--keep leaves a cluster that kubectl reaches, until Ctrl-C', async () => {
  const show = start('--keep', ...SMALL)
  await show.says(/kubectl.* get nodes/)
  const processes = processesOf(show.pid)
  const command = show.said().match(/^ *(\S*kubectl.* get nodes).*$/m)?.[1] ?? ''
  const nodes = execFileSync('bash', ['-c', `${command} --no-headers`], { encoding: 'utf8' })
  expect(nodes.trim().split('\n')).toEqual([
    expect.stringMatching(/^demo-agent-1 +Ready/),
    expect.stringMatching(/^demo-server-1 +Ready/),
  ])
  show.interrupt()
  expect(await show.ended).toBe(0)
  nothingIsLeft(processes)
}, 180_000)
