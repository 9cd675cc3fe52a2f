import { spawn, spawnSync } from 'node:child_process'
import {
  chownSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { cacheDirectory } from '../../src/local-cloud/tools/cache-directory.ts'
import { ensureTools } from '../../src/local-cloud/tools/ensure-tools.ts'
import { dist } from './cloud.ts'
import { leftOf, livingIn, treeOf } from './process-tree.ts'

// `npm start` by a user who is not root and has no sudo: all of it happens in an unprivileged user namespace.

const NOBODY = 65534
const AS_NOBODY = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups', '--']

/** Why it can't be tried here; empty when it can. */
function obstacle(): string {
  if (process.getuid?.() !== 0) return 'only root can become nobody'
  const attempt = ['unshare', '--user', '--map-root-user', '--mount', '--net', process.execPath, '--version']
  const { status, stderr, error } = spawnSync('setpriv', [...AS_NOBODY, ...attempt], { encoding: 'utf8' })
  return status === 0 ? '' : `nobody gets no user namespace: ${error?.message ?? stderr.trim()}`
}

const why = obstacle()
const suite = why ? describe.skip : describe

suite(`npm start without root${why && ` NOT RUN: ${why}`}`, () => {
  let directory = ''
  let running: ReturnType<typeof run> | undefined
  const place = (name: string) => join(directory, name)

  // The repository and the cache of who runs the tests may be closed to others.
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'rke2-action-nobody-'))
    for (const part of ['bin', 'dist']) cpSync(join(dist, '..', part), place(part), { recursive: true })
    const tools = Object.values(ensureTools(() => undefined))
    for (const tool of tools.filter((file) => dirname(file) === cacheDirectory()))
      cpSync(tool, place(`cache/rke2-action/${basename(tool)}`), { mode: constants.COPYFILE_FICLONE })
    spawnSync('chmod', ['-R', 'a+rX', directory])
    mkdirSync(place('run'))
    chownSync(place('run'), NOBODY, NOBODY)
  }, 60_000)
  afterAll(async () => {
    running?.child.kill('SIGINT')
    await running?.ended
    rmSync(directory, { recursive: true, force: true })
  }, 30_000)

  /** With a user's PATH. `seen` are the processes when Cilium is up. */
  function run(...args: string[]) {
    const command = [process.execPath, place('bin/start.mjs'), '--control-plane', 'light', ...args]
    const child = spawn('setpriv', [...AS_NOBODY, ...command], {
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: '/nonexistent',
        XDG_CACHE_HOME: place('cache'),
        XDG_RUNTIME_DIR: place('run'),
        TMPDIR: place('run'),
      },
    })
    let said = ''
    let seen: string[] = []
    const hear = (words: Buffer) => {
      said += words
      if (/install-cilium +✓/.test(said) && !seen.length)
        seen = [...treeOf(child.pid ?? 0), ...livingIn(directory)]
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const ended = new Promise<{ code: number | null; said: string; seen: string[] }>((resolve) =>
      child.on('close', (code) => resolve({ code, said, seen })),
    )
    return { child, ended }
  }

  test('a cluster is up, verified and gone, and what another user left stays', async () => {
    const foreign = 'rke2-local-cloud-0-1'
    mkdirSync(place(`run/${foreign}/store`), { recursive: true, mode: 0o700 })
    running = run('--servers', '1', '--agents', '1', '--drills', 'none', '--speed', '60')
    const { code, said, seen } = await running.ended
    expect(said).toMatch(/cilium +2 agents and 2 operators available/)
    expect(said).toMatch(/conformance +\d+ tests passed/)
    expect(said).toMatch(/On this machine is left: no process/)
    expect(code).toBe(0)
    expect(seen.length).toBeGreaterThan(2)
    expect(leftOf(seen, directory)).toEqual([])
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(directory)
    expect(readdirSync(place('run'))).toEqual([foreign])
  }, 120_000)
})
