import { appendFileSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { NodeConfig } from '../config/node-config.ts'
import type { ApiClient } from '../kubernetes/api-client.ts'
import { log } from '../log.ts'
import { paths } from '../paths.ts'
import type { Scale } from '../timing.ts'
import { forbiddenLabels } from './forbidden-labels.ts'
import { mirrorPods, reconcileMirror, type Shown } from './mirror-pods.ts'
import type { Pod } from './pod.ts'
import type { IssueCredentials } from './pod-credentials.ts'
import { heartbeat, registerNode } from './register-node.ts'
import { runPods } from './run-pods.ts'
import { serveKubelet } from './serve-kubelet.ts'
import { serveRuntime } from './serve-runtime.ts'
import { keepStaticPods, type StaticPods } from './static-pods.ts'

export interface Kubelet {
  /** Joins the API as this node and runs its pods; resolves when the Node is there. */
  register(api: ApiClient, credentials: IssueCredentials): Promise<void>
}

// RKE2 starts an exited kubelet again each 5 s (as observed on v1.35.0+rke2r1).
const RESTART_SECONDS = 5

/** Starts the kubelet: static pods at once, everything else when it may `register`. A refused flag makes it exit again and again. */
export function startKubelet(
  config: NodeConfig,
  version: string,
  scale: Scale,
  signal: AbortSignal,
): Kubelet {
  const refused = forbiddenLabels(Object.keys(config.labels))
  mkdirSync(dirname(paths.kubeletLog), { recursive: true })
  if (refused !== undefined) return exitForever(refused, scale)
  kubeletLog(`I "Kubelet version" kubeletVersion="${version}"`)
  const staticPods = keepStaticPods(config.nodeName, () => new Date())
  signal.addEventListener('abort', () => staticPods.stop())
  return {
    register: (api, credentials) =>
      register({ api, credentials, config, version, staticPods, scale, signal }),
  }
}

function exitForever(reason: string, scale: Scale): Kubelet {
  const exit = () => {
    kubeletLog(`E ${reason}`)
    log.error('Kubelet exited: exit status 1')
  }
  exit()
  setInterval(exit, scale(RESTART_SECONDS, 1_000))
  return { register: () => new Promise(() => undefined) }
}

function kubeletLog(line: string): void {
  appendFileSync(paths.kubeletLog, `${new Date().toISOString()} ${line}\n`)
}

interface Registration {
  api: ApiClient
  credentials: IssueCredentials
  config: NodeConfig
  version: string
  staticPods: StaticPods
  scale: Scale
  signal: AbortSignal
}

async function register(registration: Registration): Promise<void> {
  const { api, credentials, config, version, staticPods, scale, signal } = registration
  await registerNode(api, config, version)
  void heartbeat(api, config.nodeName, () => existsSync(paths.cniConfig), scale, signal)
  const shown: Shown = new Map()
  void mirrorPods(api, config, staticPods, shown, signal)
  const mirrored = (told: Pod) => reconcileMirror(told, config.nodeName, shown)
  const workers = runPods(api, config, scale, credentials, mirrored, signal)
  serveKubelet(config.nodeName, workers, staticPods)
  serveRuntime(config.nodeName, workers, staticPods)
}
