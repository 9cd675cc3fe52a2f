import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { paths } from '../paths.ts'
import type { Container } from './container.ts'
import type { PodWorker } from './pod-worker.ts'
import type { ExecResult } from './runner.ts'
import type { StaticPods } from './static-pods.ts'
import { runningPid } from './static-process.ts'

interface Listed {
  id: string
  name: string
  image: string
  podName: string
  namespace: string
  state: 'Running' | 'Exited'
  startedAt: string
  attempt: number
  logFile: string
  exec?: ((command: readonly string[]) => Promise<ExecResult>) | undefined
}

/** The container runtime's socket, as far as our crictl asks. It goes with RKE2, as containerd does. */
export function serveRuntime(
  nodeName: string,
  workers: ReadonlyMap<string, PodWorker>,
  staticPods: StaticPods,
): void {
  mkdirSync(paths.containerd, { recursive: true })
  const socket = join(paths.containerd, 'containerd.sock')
  rmSync(socket, { force: true })
  createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const words = Buffer.concat(chunks).toString('utf8').split('\0').slice(0, -1)
      void crictl(words, list(nodeName, workers, staticPods)).then(({ exitCode, output }) =>
        response.writeHead(exitCode === 0 ? 200 : 500).end(output),
      )
    })
  }).listen(socket)
}

function list(nodeName: string, workers: ReadonlyMap<string, PodWorker>, staticPods: StaticPods): Listed[] {
  const own = [...workers.values()].flatMap(({ containers }) =>
    containers.filter(({ id }) => id !== '').map(toListed),
  )
  const fixed = [...staticPods.pods.values()].map(
    ({ name, process, startedAt, restarts, manifest }): Listed => ({
      id: Buffer.from(`${name}/${nodeName}`).toString('hex').padEnd(64, '0').slice(0, 64),
      name,
      image: manifest.spec.containers[0]?.image ?? '',
      podName: `${name}-${nodeName}`,
      namespace: 'kube-system',
      state: !process || runningPid(process) !== undefined ? 'Running' : 'Exited',
      startedAt,
      attempt: restarts,
      logFile: process?.logFile ?? '',
    }),
  )
  return [...own, ...fixed]
}

function toListed(container: Container): Listed {
  const { metadata } = container.pod
  return {
    id: container.id,
    name: container.spec.name,
    image: container.spec.image,
    podName: metadata.name,
    namespace: metadata.namespace,
    state: 'running' in container.state ? 'Running' : 'Exited',
    startedAt: container.startedAt.toISOString(),
    attempt: container.restarts,
    logFile: container.logFile,
    exec: container.running?.exec,
  }
}

async function crictl(
  [command = '', ...words]: readonly string[],
  all: readonly Listed[],
): Promise<ExecResult> {
  switch (command) {
    case 'ps':
      return ps(words, all)
    case 'exec':
      return exec(
        words.filter((word, index) => index > 0 || !word.startsWith('-')),
        all,
      )
    case 'logs': {
      const found = byId(words.at(-1) ?? '', all)
      return found
        ? { exitCode: 0, output: found.logFile && readFileSync(found.logFile, 'utf8') }
        : missing(words.at(-1))
    }
    default:
      return { exitCode: 1, output: `the local cloud's crictl does not know "${command}"\n` }
  }
}

function ps(words: readonly string[], all: readonly Listed[]): ExecResult {
  const flags = words.flatMap((word) => word.split('='))
  const after = (...names: string[]) => {
    const at = words.findIndex((word) => names.includes(word.split('=')[0] ?? ''))
    if (at < 0) return undefined
    const [, inline] = (words[at] ?? '').split(/=(.*)/s)
    return inline ?? words[at + 1]
  }
  const has = (...names: string[]) => names.some((name) => flags.includes(name))
  const [label, value] = (after('--label') ?? '').split('=')
  const name = label === 'io.kubernetes.container.name' ? value : after('--name')
  const state = after('--state', '-s')
  const wanted = all.filter(
    (item) =>
      (has('-a', '--all') || item.state.toLowerCase() === (state ?? 'running').toLowerCase()) &&
      (name === undefined || item.name === name),
  )
  if (has('-q', '--quiet')) return { exitCode: 0, output: wanted.map(({ id }) => `${id}\n`).join('') }
  const rows = wanted.map((item) =>
    [
      item.id.slice(0, 13),
      item.image,
      item.startedAt,
      item.state,
      item.name,
      item.attempt,
      item.podName,
      item.namespace,
    ].join('\t'),
  )
  const header = 'CONTAINER\tIMAGE\tCREATED\tSTATE\tNAME\tATTEMPT\tPOD\tNAMESPACE'
  return { exitCode: 0, output: `${[header, ...rows].join('\n')}\n` }
}

async function exec([id = '', ...command]: readonly string[], all: readonly Listed[]): Promise<ExecResult> {
  const found = byId(id, all)
  if (!found) return missing(id)
  if (!found.exec)
    return {
      exitCode: 1,
      output: `the local cloud can't run "${command.join(' ')}" in container ${found.name}\n`,
    }
  return found.exec(command)
}

const byId = (id: string, all: readonly Listed[]) => all.find((item) => id !== '' && item.id.startsWith(id))

const missing = (id = ''): ExecResult => ({
  exitCode: 1,
  output: `FATA[0000] execing command in container: rpc error: code = NotFound desc = an error occurred when try to find container "${id}": not found\n`,
})
