import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { paths } from '../paths.ts'
import { runningPid, type StaticProcess, startProcess, stopProcess } from './static-process.ts'

const manifest = z.looseObject({
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
  spec: z.looseObject({
    containers: z.array(
      z.looseObject({
        name: z.string(),
        image: z.string(),
        command: z.array(z.string()).default([]),
        args: z.array(z.string()).default([]),
      }),
    ),
  }),
})

/** A manifest in agent/pod-manifests and what is known of its container. */
export interface StaticPod {
  name: string
  manifest: z.infer<typeof manifest>
  /** Undefined for a component that lives inside another's process. */
  process: StaticProcess | undefined
  startedAt: string
  restarts: number
}

export interface StaticPods {
  pods: ReadonlyMap<string, StaticPod>
  stop(): void
}

// The kubelet looks at its manifests by inotify and at dead containers by events: at once, as far as anybody can see.
const LOOK_MS = 500
// A process that ends as soon as it starts is not started again in a tight loop.
const RESTART_MS = 2_000

/**
 * Keeps a process running for every manifest that has a command, and none for a manifest that is gone.
 * Stopping it leaves the processes alone: containers outlive the kubelet.
 */
export function keepStaticPods(nodeName: string, now: () => Date): StaticPods {
  const pods = new Map<string, StaticPod>()
  const read = createReader(nodeName)
  const look = () => {
    const present = existsSync(paths.podManifests) ? readdirSync(paths.podManifests) : []
    const found = present.filter((file) => file.endsWith('.yaml')).map(read)
    for (const pod of found) keep(pods, pod, now)
    for (const [name, { process }] of pods)
      if (!found.some((pod) => pod.name === name)) {
        if (process) stopProcess(process)
        pods.delete(name)
      }
  }
  look()
  const timer = setInterval(look, LOOK_MS)
  return { pods, stop: () => clearInterval(timer) }
}

function keep(pods: Map<string, StaticPod>, found: Read, now: () => Date): void {
  const known = pods.get(found.name)
  const runs = found.process === undefined || runningPid(found.process) !== undefined
  if (known && (runs || now().getTime() - Date.parse(known.startedAt) < RESTART_MS)) return
  if (!runs && found.process) startProcess(found.process)
  pods.set(found.name, {
    ...found,
    startedAt: now().toISOString(),
    restarts: known ? known.restarts + 1 : 0,
  })
}

type Read = Pick<StaticPod, 'name' | 'manifest' | 'process'>

/** Reads a manifest again only when it was written again. */
function createReader(nodeName: string): (file: string) => Read {
  const known = new Map<string, { writtenMs: number; pod: Read }>()
  return (file) => {
    const writtenMs = statSync(join(paths.podManifests, file)).mtimeMs
    const before = known.get(file)
    if (before?.writtenMs === writtenMs) return before.pod
    const pod = readPod(file, nodeName)
    known.set(file, { writtenMs, pod })
    return pod
  }
}

function readPod(file: string, nodeName: string): Read {
  const read = manifest.parse(parse(readFileSync(join(paths.podManifests, file), 'utf8')))
  const { name } = read.metadata
  const container = read.spec.containers[0]
  const command = [...(container?.command ?? []), ...(container?.args ?? [])]
  const directory = join(paths.podLogs, `kube-system_${name}-${nodeName}`)
  const logFile = join(directory, container?.name ?? name, '0.log')
  return { name, manifest: read, process: command.length ? { name, command, logFile } : undefined }
}
