import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { NodeConfig } from '../config/node-config.ts'
import { readControlPlane } from '../control-plane/choose-control-plane.ts'
import { layOutBinaries } from '../kubelet/lay-out-binaries.ts'
import { type IssueCredentials, requestTokens } from '../kubelet/pod-credentials.ts'
import { startKubelet } from '../kubelet/start-kubelet.ts'
import { type ApiClient, createApiClient, readCredentials } from '../kubernetes/api-client.ts'
import { FatalError, log } from '../log.ts'
import { notifyReady } from '../notify-ready.ts'
import { paths } from '../paths.ts'
import { ownNodePassword } from '../server/node-password.ts'
import { connectSupervisor, type Supervisor } from '../supervisor/supervisor-client.ts'
import { type Scale, scaleBy, sleep } from '../timing.ts'
import { startLoadBalancer } from './load-balancer.ts'

const pair = z.object({ certificate: z.string(), key: z.string() })
const kubeletCertificates = z.object({ serving: pair, client: pair })
const apiServers = z.array(z.string())

// An agent asks again each 2 s for the CA, each 6 s for its configuration (as observed on v1.35.0+rke2r1).
const CONNECT_RETRY_SECONDS = 2
const CONFIG_RETRY_SECONDS = 6
const SERVERS_REFRESH_SECONDS = 10

/** The whole life of `rke2 agent`. Whatever a server refuses is asked again for ever; only missing settings are fatal. */
export async function runAgent(config: NodeConfig, version: string, speed: number): Promise<void> {
  const { server, token } = config
  if (!server) throw new FatalError('Error: --server is required')
  if (!token) throw new FatalError('Error: --token is required')
  log.info(`Starting rke2 agent ${version}`)
  const scale = scaleBy(speed)
  const { signal } = new AbortController()
  const host = new URL(server).host
  const supervisorRelay = startLoadBalancer('rke2-agent-load-balancer', 6444, host)
  const apiRelay = startLoadBalancer(
    'rke2-api-server-agent-load-balancer',
    6443,
    host.replace(/:\d+$/, ':6443'),
  )

  const local = await connectForEver(server, token, scale)
  const servers = await configure(local, config, scale)
  const refresh = (addresses: readonly string[]) => {
    apiRelay.setServers(addresses)
    supervisorRelay.setServers(addresses.map((address) => address.replace(/:\d+$/, ':9345')))
  }
  refresh(servers)
  await layOutBinaries(version)
  const kubelet = startKubelet(config, version, scale, signal)
  const node = kubeletApi()
  const upstream = readControlPlane(version).kind === 'upstream'
  await kubelet.register(node, upstream ? requestTokens(node, local.ca) : issueFrom(local))
  void followServers(local, refresh, scale)
  log.info('rke2 agent is up and running')
  notifyReady()
}

/** The supervisor behind `server:`, asked through the local relay once its CA is accepted, so that any server may answer. */
async function connectForEver(server: string, token: string, scale: Scale): Promise<Supervisor> {
  for (;;) {
    try {
      await connectSupervisor(server, token, 'node', scale(10, 4_000), log.warning)
      return await connectSupervisor(
        'https://127.0.0.1:6444',
        token,
        'node',
        scale(10, 4_000),
        () => undefined,
      )
    } catch (error) {
      log.error(`Failed to validate connection to cluster at ${server}: ${(error as Error).message}`)
    }
    await sleep(scale(CONNECT_RETRY_SECONDS, 250))
  }
}

/** Fetches what a node needs and writes it down. The answer: the API servers known. */
async function configure(supervisor: Supervisor, config: NodeConfig, scale: Scale): Promise<string[]> {
  const waiting = 'Waiting to retrieve agent configuration; server is not ready'
  let fault = 'context canceled'
  const stop = () => {
    log.fatal(`Error: failed to retrieve agent configuration: ${fault}`)
    process.exit(1)
  }
  process.once('SIGTERM', stop)
  for (;;) {
    try {
      await ask('failed to retrieve configuration from server', () => supervisor.get('/v1-rke2/config'))
      await ask(join(paths.agent, 'serving-kubelet.crt'), () => fetchCertificates(supervisor, config))
      log.info('Getting list of apiserver endpoints from server')
      const servers = await readServers(supervisor)
      process.off('SIGTERM', stop)
      return servers
    } catch (error) {
      fault = (error as Error).message
      log.info(`${waiting}: ${fault}`)
    }
    await sleep(scale(CONFIG_RETRY_SECONDS, 300))
  }
}

async function ask<T>(what: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`)
  }
}

async function fetchCertificates(supervisor: Supervisor, config: NodeConfig): Promise<void> {
  const answer = await supervisor.get('/v1-rke2/kubelet-certificates', {
    'rke2-node-name': config.nodeName,
    'rke2-node-password': ownNodePassword(),
    'rke2-node-ip': config.nodeIp,
  })
  const { serving, client } = kubeletCertificates.parse(answer)
  mkdirSync(paths.agent, { recursive: true, mode: 0o700 })
  const write = (name: string, text: string) => writeFileSync(join(paths.agent, name), text, { mode: 0o600 })
  write('server-ca.crt', supervisor.ca)
  write('client-ca.crt', await supervisor.getText('/v1-rke2/client-ca.crt'))
  for (const [name, { certificate, key }] of Object.entries({ serving, client })) {
    write(`${name}-kubelet.crt`, certificate)
    write(`${name}-kubelet.key`, key)
  }
}

async function readServers(supervisor: Supervisor): Promise<string[]> {
  return apiServers.parse(await supervisor.get('/v1-rke2/apiservers'))
}

async function followServers(
  supervisor: Supervisor,
  refresh: (addresses: readonly string[]) => void,
  scale: Scale,
): Promise<never> {
  for (;;) {
    try {
      refresh(await readServers(supervisor))
    } catch {
      // The relay goes on with the servers it knows.
    }
    await sleep(scale(SERVERS_REFRESH_SECONDS, 1_000))
  }
}

const issueFrom =
  (supervisor: Supervisor): IssueCredentials =>
  async ({ spec: { serviceAccountName: serviceAccount } }) => {
    const answer = await supervisor.get('/v1-rke2/pod-certificate', {
      'rke2-service-account': serviceAccount,
    })
    return { ...pair.parse(answer), ca: supervisor.ca }
  }

function kubeletApi(): ApiClient {
  const file = (name: string) => join(paths.agent, name)
  const own = [file('client-kubelet.crt'), file('client-kubelet.key')] as const
  return createApiClient(readCredentials('https://127.0.0.1:6443', file('server-ca.crt'), ...own))
}
