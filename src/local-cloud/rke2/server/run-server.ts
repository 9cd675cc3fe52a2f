import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeConfig } from '../config/node-config.ts'
import { readControlPlane } from '../control-plane/choose-control-plane.ts'
import { createControlPlane } from '../control-plane/control-plane.ts'
import { checkJoinedControlPlane, holdControlPlane } from '../control-plane/hold-control-plane.ts'
import { awaitDatabaseInfo } from '../etcd/await-database-info.ts'
import { hasEtcdData } from '../etcd/member-name.ts'
import { promoteLearners } from '../etcd/promote-learners.ts'
import { layOutBinaries } from '../kubelet/lay-out-binaries.ts'
import { type IssueCredentials, requestTokens } from '../kubelet/pod-credentials.ts'
import { startKubelet } from '../kubelet/start-kubelet.ts'
import { type ApiClient, createApiClient, readCredentials } from '../kubernetes/api-client.ts'
import { FatalError, log } from '../log.ts'
import { notifyReady } from '../notify-ready.ts'
import { paths } from '../paths.ts'
import { kubeletCertificates, podCertificate } from '../pki/certificate-plan.ts'
import { issue, writeSecret } from '../pki/server-pki.ts'
import type { Phase } from '../supervisor/admit.ts'
import { serveSupervisor } from '../supervisor/serve.ts'
import { scaleBy } from '../timing.ts'
import { writeKubeconfigs } from './kubeconfig.ts'
import { acceptNodePassword, ownNodePassword, PASSWORD_REJECTED } from './node-password.ts'
import { prepareServer } from './prepare-server.ts'
import { MANAGE_SECONDS, runControllers } from './run-controllers.ts'
import { serverApi } from './server-api.ts'
import { startApiServer } from './start-api-server.ts'
import { startEtcd } from './start-etcd.ts'
import { supervisorAnswers } from './supervisor-answers.ts'
import { type Nodes, watchNodes } from './watch-nodes.ts'

// Go's client for /cacerts gives up after 10 s.
const CLIENT_TIMEOUT_SECONDS = 10
// The kernel needs 3 s to find that an address has no host.
const CLIENT_TIMEOUT_FLOOR_MS = 4_000

/** The whole life of `rke2 server`, in the order a genuine one shows. Ends only by a signal or a FatalError. */
export async function runServer(config: NodeConfig, version: string, speed: number): Promise<void> {
  log.info(`Starting rke2 ${version}`)
  const scale = scaleBy(speed)
  const { signal } = new AbortController()
  const plane = createControlPlane(readControlPlane(version), { config, version, speed, scale }, serverApi)
  const prepared = await prepareServer(config, scale(CLIENT_TIMEOUT_SECONDS, CLIENT_TIMEOUT_FLOOR_MS))
  const state: { phase: Phase; nodes: Nodes | undefined; api: ApiClient | undefined } = {
    phase: 'starting',
    nodes: undefined,
    api: undefined,
  }
  const backend = {
    phase: () => state.phase,
    caPem: prepared.caPem,
    clientCaPem: prepared.clientCaPem,
    secrets: { server: prepared.secret, agent: config.agentToken ?? prepared.secret },
    answers: supervisorAnswers(config, state, scale, plane.kind),
  }
  await serveSupervisor(
    {
      key: readFileSync(join(paths.tls, 'dynamic-cert.key'), 'utf8'),
      cert: readFileSync(join(paths.tls, 'dynamic-cert.crt'), 'utf8'),
    },
    backend,
  )
  const joined = prepared.join && (await awaitDatabaseInfo(prepared.join, scale(1, 250)))
  checkJoinedControlPlane(plane.kind, joined?.controlPlane)
  holdControlPlane(plane.kind, hasEtcdData())
  await writeKubeconfigs(config.writeKubeconfigMode)
  await layOutBinaries(version)
  state.phase = 'api-not-ready'
  mkdirSync(paths.manifests, { recursive: true, mode: 0o700 })
  await writeKubeletCertificates(config)
  const kubelet = startKubelet(config, version, scale, signal)
  const api = serverApi('client-supervisor')
  const { etcd, memberName } = await startEtcd(config, version, joined?.members, { scale, speed })
  void promoteLearners(etcd, scale(MANAGE_SECONDS, 500), signal)
  await startApiServer(plane, version, api)
  state.api = api
  state.phase = 'core-not-ready'
  if (!(await acceptNodePassword(api, config.nodeName, ownNodePassword())))
    throw new FatalError(`Error: ${PASSWORD_REJECTED}`)
  state.nodes = watchNodes(api, signal)
  const node = kubeletApi()
  const issue = plane.kind === 'upstream' ? requestTokens(node, prepared.caPem) : issueFor(prepared.caPem)
  await kubelet.register(node, issue)
  runControllers({ config, version, scale, api, etcd, memberName, nodes: state.nodes, signal })
  plane.accompany(signal)
  state.phase = 'ready'
  log.info('rke2 is up and running')
  notifyReady()
}

const issueFor = (ca: string): IssueCredentials => {
  const issued = new Map<string, ReturnType<typeof issue>>()
  return async ({ spec: { serviceAccountName: serviceAccount } }) => {
    const pair = issued.get(serviceAccount) ?? issue(paths.server, podCertificate(serviceAccount))
    issued.set(serviceAccount, pair)
    return { ...(await pair), ca }
  }
}

async function writeKubeletCertificates({ nodeName, nodeIp }: NodeConfig): Promise<void> {
  const { serving, client } = kubeletCertificates(nodeName, nodeIp)
  for (const leaf of [serving, client]) {
    const { certificate, key } = await issue(paths.server, leaf)
    writeFileSync(join(paths.agent, `${leaf.path}.crt`), certificate, { mode: 0o600 })
    await writeSecret(join(paths.agent, `${leaf.path}.key`), key)
  }
}

function kubeletApi(): ApiClient {
  const file = (name: string) => join(paths.agent, name)
  return createApiClient(
    readCredentials(
      'https://127.0.0.1:6443',
      file('server-ca.crt'),
      file('client-kubelet.crt'),
      file('client-kubelet.key'),
    ),
  )
}
