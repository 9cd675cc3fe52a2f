import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { readWrites, startWriter, stopWriter } from '../../src/drills/writer-scripts.ts'
import { runScript } from '../checks/run-script.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'drill-'))
})
afterEach(async () => {
  await rm(home, { recursive: true, force: true })
})

const KUBECONFIG = `clusters:
- cluster:
    certificate-authority-data: ${Buffer.from('the ca').toString('base64')}
users:
- user:
    client-certificate-data: "${Buffer.from('the certificate').toString('base64')}"
    client-key-data: ${Buffer.from('the key').toString('base64')}
`

/** A letter of proc(5), or `gone`. Where nobody reaps orphans, a process that ended is a zombie. */
const stateOf = async (pid: number) => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') gone')
  return stat.split(') ')[1]?.split(' ')[0]
}

const PATIENCE_MS = 20_000

/** The first answer that is right, or the last one within {@link PATIENCE_MS}. */
async function eventually<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (isRight(answer) || Date.now() > deadline) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

// The programs that the writer was started with are still there: to write them anew while it runs them would fail at times.
const read = async () => (await runScript(readWrites(0), {}, home)).answer

const writesOf = async (writes: string) => {
  await mkdir(join(home, 'own/drill'), { recursive: true })
  await writeFile(join(home, 'own/drill/writes'), writes)
  return async (since: number) => (await runScript(readWrites(since), {}, home)).answer
}

test('the longest gap is the one between accepted writes', async () => {
  const read = await writesOf('1000 ok\n1100 ok\n4100 no\n7100 no\n7300 ok\n7400 ok\n')
  expect(await read(1050)).toMatchObject({
    running: false,
    accepted: 3,
    refused: 2,
    longestGapMs: 6200,
  })
})

test('what was before does not count, the gap that spans the beginning does', async () => {
  const read = await writesOf('1000 ok\n9000 ok\n9100 ok\n15000 ok\n')
  expect(await read(9_050)).toMatchObject({ accepted: 2, longestGapMs: 5900 })
  expect(await read(20_000)).toMatchObject({ accepted: 0, longestGapMs: 0 })
})

test('no writes at all', async () => {
  const read = await writesOf('')
  expect(await read(0)).toMatchObject({ accepted: 0, longestGapMs: 0, sinceLastMs: 0 })
})

test('a writer writes with the admin’s certificate, is left alone when it runs, and stops', async () => {
  await writeFile(join(home, 'rke2.yaml'), KUBECONFIG)
  const log = join(home, 'curl.log')
  const programs = {
    kubectl: `case "$*" in *create*) echo '{}';; *apply*) cat >/dev/null;; *delete*) echo deleted >>${log};; *) exit 1;; esac`,
    curl: `echo "$*" >>${log}`,
  }
  expect((await runScript(startWriter(), programs, home)).answer.state).toBe('started')
  const answer = await eventually(read, ({ accepted, refused }) => accepted + refused > 1)
  expect(answer).toMatchObject({ running: true, refused: 0 })
  expect(answer.accepted).toBeGreaterThan(1)
  expect((await runScript(startWriter(), {}, home)).answer.state).toBe('running')
  expect(await readFile(join(home, 'own/drill/client-key-data'), 'utf8')).toBe('the key')
  const said = await readFile(log, 'utf8')
  expect(said).toMatch(/-X PATCH .*merge-patch\+json .*configmaps\/rke2-action-drill/)
  expect(said).not.toMatch(/the key/)

  const pid = Number(await readFile(join(home, 'own/drill/pid'), 'utf8'))
  await runScript(stopWriter(), {}, home)
  const hasEnded = (state: string | undefined) => state === 'gone' || state === 'Z'
  expect(await eventually(() => stateOf(pid), hasEnded)).toMatch(/gone|Z/)
  expect(await readFile(log, 'utf8')).toMatch(/deleted/)
  expect(await read()).toMatchObject({ running: false, accepted: 0 })
})

test('a writer whose writes are refused says so, and goes on', async () => {
  await writeFile(join(home, 'rke2.yaml'), KUBECONFIG)
  const programs = {
    kubectl: 'case "$*" in *create*) echo {};; *apply*) cat >/dev/null;; esac',
    curl: 'exit 28',
  }
  await runScript(startWriter(), programs, home)
  const answer = await eventually(read, ({ accepted, refused }) => accepted + refused > 1)
  await runScript(stopWriter(), {}, home)
  expect(answer).toMatchObject({ running: true, accepted: 0 })
  expect(answer.refused).toBeGreaterThan(1)
})
