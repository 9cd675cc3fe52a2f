import type { IncomingHttpHeaders } from 'node:http'
import type { NodeConfig } from '../config/node-config.ts'
import { connectEtcd } from '../etcd/gateway.ts'
import type { ApiClient } from '../kubernetes/api-client.ts'
import { paths } from '../paths.ts'
import { readBootstrapData } from '../pki/bootstrap-data.ts'
import { kubeletCertificates, podCertificate } from '../pki/certificate-plan.ts'
import { issue } from '../pki/server-pki.ts'
import { Refused, type SupervisorBackend } from '../supervisor/serve.ts'
import type { Scale } from '../timing.ts'
import { toControlConfig } from './critical-config.ts'
import { acceptNodePassword, PASSWORD_REJECTED } from './node-password.ts'
import { addressOf, isServer, type Nodes } from './watch-nodes.ts'

/** What a server learns only after its API is up. */
export interface RunningState {
  nodes: Nodes | undefined
  api: ApiClient | undefined
}

/** Headers by which a node says who it is, as on RKE2's wire. */
const NODE = { name: 'rke2-node-name', password: 'rke2-node-password', ip: 'rke2-node-ip' } as const

// Both lie in etcd. Without quorum the first gives no answer, the second gives up and reads the disk (as observed on v1.35.0+rke2r1).
const API_SERVERS_SECONDS = 30
const BOOTSTRAP_SECONDS = 10

/** The JSON answers of the supervisor. */
export function supervisorAnswers(
  config: NodeConfig,
  state: RunningState,
  scale: Scale,
  controlPlane: string,
): SupervisorBackend['answers'] {
  const reachQuorum = async (seconds: number) => {
    if (state.nodes) await connectEtcd('https://127.0.0.1:2379').reachQuorum(scale(seconds, 1_000))
  }
  return {
    '/v1-rke2/config': () => Promise.resolve(toControlConfig(config.critical)),
    '/v1-rke2/apiservers': async () => {
      await reachQuorum(API_SERVERS_SECONDS)
      return apiServers(state.nodes)
    },
    '/v1-rke2/server-bootstrap': async () => {
      await reachQuorum(BOOTSTRAP_SECONDS).catch(() => undefined)
      return readBootstrapData(paths.server)
    },
    '/v1-rke2/kubelet-certificates': (headers) => signForKubelet(headers, state.api),
    '/v1-rke2/pod-certificate': (headers) =>
      issue(paths.server, podCertificate(header(headers, 'rke2-service-account'))),
    '/db/info': async () => ({
      members: await connectEtcd('https://127.0.0.1:2379').members(),
      controlPlane,
    }),
  }
}

function apiServers(nodes: Nodes | undefined): string[] {
  const servers = [...(nodes?.objects.values() ?? [])].filter(isServer).map(addressOf)
  return servers.filter((address) => address !== undefined).map((address) => `${address}:6443`)
}

async function signForKubelet(headers: IncomingHttpHeaders, api: ApiClient | undefined): Promise<unknown> {
  const name = header(headers, NODE.name)
  if (!api) throw new Refused(503, 'runtime core not ready')
  if (!(await acceptNodePassword(api, name, header(headers, NODE.password))))
    throw new Refused(403, PASSWORD_REJECTED)
  const { serving, client } = kubeletCertificates(name, header(headers, NODE.ip))
  return { serving: await issue(paths.server, serving), client: await issue(paths.server, client) }
}

function header(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name]
  if (typeof value !== 'string' || !/^[\w.:-]+$/.test(value))
    throw new Refused(400, `${name} is missing or malformed`)
  return value
}
