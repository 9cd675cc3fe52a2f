import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeConfig } from '../config/node-config.ts'
import { type ApiClient, ApiError, createApiClient, readCredentials } from '../kubernetes/api-client.ts'
import { log } from '../log.ts'
import { paths } from '../paths.ts'
import { programFile } from '../program.ts'
import { sleep } from '../timing.ts'
import { writeManifest } from './static-manifests.ts'

const SERVER = 'https://127.0.0.1:6443'
const POLL_MS = 150

const tls = (name: string) => join(paths.tls, name)

/** Speaks to this server's own API server as RKE2's supervisor, an administrator. */
function supervisorApi(): ApiClient {
  const credentials = readCredentials(
    SERVER,
    tls('server-ca.crt'),
    tls('client-supervisor.crt'),
    tls('client-supervisor.key'),
  )
  return createApiClient(credentials)
}

/** Lays down the static pods of the control plane and waits, as RKE2 does, until /readyz answers. */
export async function startApiServer(config: NodeConfig, version: string, speed: number): Promise<ApiClient> {
  const file = join(paths.server, 'etc/engine.json')
  writeFileSync(file, JSON.stringify(engineConfig(config, version, speed), null, 2), { mode: 0o600 })
  await writeManifest('kube-apiserver', version, [
    process.execPath,
    programFile(),
    'engine',
    '--config',
    file,
  ])
  // One process is all of the control plane; these three have a pod of their own to be seen by, as on a genuine server.
  await writeManifest('kube-controller-manager', version)
  await writeManifest('kube-scheduler', version)
  await writeManifest('cloud-controller-manager', version)
  const api = supervisorApi()
  await awaitReady(api)
  return api
}

function engineConfig(config: NodeConfig, version: string, speed: number): Record<string, unknown> {
  return {
    nodeName: config.nodeName,
    bindAddress: '0.0.0.0',
    port: 6443,
    tls: {
      cert: tls('serving-kube-apiserver.crt'),
      key: tls('serving-kube-apiserver.key'),
      clientCa: tls('client-ca.crt'),
    },
    kubeletClient: {
      cert: tls('client-kube-apiserver.crt'),
      key: tls('client-kube-apiserver.key'),
      ca: tls('server-ca.crt'),
    },
    etcd: {
      endpoint: 'https://127.0.0.1:2379',
      ca: tls('etcd/server-ca.crt'),
      cert: tls('etcd/client.crt'),
      key: tls('etcd/client.key'),
    },
    clusterCidr: config.critical.clusterCidr,
    serviceCidr: config.critical.serviceCidr,
    version,
    speed,
  }
}

async function awaitReady(api: ApiClient): Promise<void> {
  log.info('Waiting for API server to become available')
  for (;;) {
    try {
      await api.request('GET', '/readyz')
      return
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
    await sleep(POLL_MS)
  }
}
