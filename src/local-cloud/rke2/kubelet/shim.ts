import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import * as z from 'zod'
import { paths } from '../paths.ts'
import { sleep } from '../timing.ts'
import program from './shim.py'

const SOCKET = join(paths.containerd, 'shim.sock')
const answer = z.union([z.object({ ok: z.literal(true) }), z.object({ error: z.string() })])
const START_POLL_MS = 20
const START_POLLS = 250

export interface Listener {
  id: string
  /** The file of a network namespace; null for the node's own. */
  netns: string | null
  port: number
  kind: 'health' | 'netexec'
  hostname: string
}

/** Answers HTTP in a pod from now on, also while RKE2 is stopped. Asked twice, it begins anew. @throws Error */
export async function listenInPod(listener: Listener): Promise<void> {
  await startShim()
  await order({ op: 'listen', ...listener })
}

export async function closeInPod(id: string): Promise<void> {
  if (await answers()) await order({ op: 'close', id })
}

async function order(what: Record<string, unknown>): Promise<void> {
  const said = answer.parse(JSON.parse(await exchange(`${JSON.stringify(what)}\n`)))
  if ('error' in said) throw new Error(said.error)
}

let starting: Promise<void> | undefined

/** One shim a node: started by the first who needs it, or left by an earlier RKE2. */
function startShim(): Promise<void> {
  starting ??= start().catch((error: unknown) => {
    starting = undefined
    throw error
  })
  return starting
}

async function start(): Promise<void> {
  if (await answers()) return
  mkdirSync(paths.containerd, { recursive: true })
  const file = join(paths.containerd, 'shim.py')
  writeFileSync(file, program)
  const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'
  spawn(python, ['-S', '-E', file, SOCKET], { detached: true, stdio: 'ignore', cwd: '/' })
    .once('error', () => undefined)
    .unref()
  for (let poll = 0; poll < START_POLLS; poll++) {
    if (await answers()) return
    await sleep(START_POLL_MS)
  }
  throw new Error(`${python} did not start the container shim`)
}

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(SOCKET)
    socket.once('connect', () => {
      socket.end(`${JSON.stringify({ op: 'close', id: '' })}\n`)
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function exchange(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(SOCKET, () => socket.write(line))
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    socket.once('end', () => resolve(text))
    socket.once('error', reject)
  })
}
