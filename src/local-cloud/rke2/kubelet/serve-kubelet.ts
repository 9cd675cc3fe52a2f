import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { paths } from '../paths.ts'
import type { PodWorker } from './pod-worker.ts'
import type { StaticPods } from './static-pods.ts'

const LOGS = /^\/containerLogs\/(?<namespace>[^/]+)\/(?<pod>[^/]+)\/(?<container>[^/]+)$/

const STREAMS = /^\/(exec|attach|portForward)\//
const NO_STREAMS =
  "the local cloud's kubelet stands in and knows no exec, attach or port-forward; on AWS they work\n"

/** :10250, for the API server and nobody else: logs, and nothing more. */
export function serveKubelet(
  nodeName: string,
  workers: ReadonlyMap<string, PodWorker>,
  staticPods: StaticPods,
): void {
  const file = (name: string) => readFileSync(join(paths.agent, name))
  createServer(
    {
      key: file('serving-kubelet.key'),
      cert: file('serving-kubelet.crt'),
      ca: file('client-ca.crt'),
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      if (!(request.socket as TLSSocket).authorized) return void response.writeHead(401).end('Unauthorized')
      const url = new URL(request.url ?? '/', 'https://kubelet')
      if (url.pathname === '/healthz') return void response.writeHead(200).end('ok')
      if (STREAMS.test(url.pathname)) return void response.writeHead(501).end(NO_STREAMS)
      const wanted = LOGS.exec(url.pathname)?.groups
      const log = wanted && logOf(wanted, nodeName, workers, staticPods)
      if (log === undefined) return void response.writeHead(404).end('404 page not found\n')
      response
        .writeHead(200, { 'content-type': 'text/plain' })
        .end(tail(log, url.searchParams.get('tailLines')))
    },
  ).listen(10250)
}

type Wanted = Readonly<Record<string, string | undefined>>

function logOf(
  { namespace, pod = '', container }: Wanted,
  nodeName: string,
  workers: ReadonlyMap<string, PodWorker>,
  staticPods: StaticPods,
): string | undefined {
  const worker = [...workers.values()].find(
    ({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === pod,
  )
  const own = worker?.containers.find(({ spec }) => spec.name === container)
  if (own) return readLog(own.logFile).replace(/^\S+ std(out|err) [FP] /gm, '')
  const isStatic = pod.endsWith(`-${nodeName}`)
    ? staticPods.pods.get(pod.slice(0, -nodeName.length - 1))
    : undefined
  if (!isStatic) return undefined
  return isStatic.process ? readLog(isStatic.process.logFile) : ''
}

const readLog = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

function tail(text: string, lines: string | null): string {
  if (lines === null) return text
  const all = text.split('\n')
  return all.slice(Math.max(0, all.length - 1 - Number(lines))).join('\n')
}
