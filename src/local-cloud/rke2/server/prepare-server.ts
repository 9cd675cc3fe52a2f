import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeConfig } from '../config/node-config.ts'
import { hasEtcdData } from '../etcd/member-name.ts'
import { FatalError, log } from '../log.ts'
import { paths } from '../paths.ts'
import { bootstrapData, writeBootstrapData } from '../pki/bootstrap-data.ts'
import { serverCertificates } from '../pki/certificate-plan.ts'
import {
  copyAuthorities,
  createAuthorities,
  createLeaves,
  makeServerDirectories,
  writeSecret,
  writeTokenFiles,
} from '../pki/server-pki.ts'
import { connectSupervisor, type Supervisor } from '../supervisor/supervisor-client.ts'
import { fullToken, parseToken } from '../token.ts'
import { controlConfig, mismatches, toControlConfig } from './critical-config.ts'
import { forgetReset } from './reset-cluster.ts'

export interface PreparedServer {
  caPem: string
  clientCaPem: string
  /** The cluster's secret, bare. */
  secret: string
  /** The server to join etcd through; undefined on the first server and on one that was a member before. */
  join: Supervisor | undefined
}

const FAILED = 'Error: preparing server: failed to bootstrap cluster data'

/**
 * Authorities, certificates and token files: made new, fetched from the cluster, or found on the disk.
 * @throws FatalError in the words of RKE2's failures to join.
 */
export async function prepareServer(config: NodeConfig, timeoutMs: number): Promise<PreparedServer> {
  await makeServerDirectories(paths.server)
  forgetReset()
  const known = existsSync(join(paths.tls, 'server-ca.crt')) && hasEtcdData()
  const joining = known || config.server === undefined ? undefined : await joinCluster(config, timeoutMs)
  if (!known && !joining && !existsSync(join(paths.tls, 'server-ca.crt')))
    await createAuthorities(paths.server)
  const caPem = readFileSync(join(paths.tls, 'server-ca.crt'), 'utf8')
  const secret = settleSecret(config, known)
  await createLeaves(paths.server, serverCertificates(namesOf(config)))
  await copyAuthorities(paths.server, paths.agent)
  await writeSecret(
    join(paths.server, 'cred/passwd'),
    `${config.agentToken ?? secret},node,node,rke2:agent\n${secret},server,server,rke2:server\n`,
  )
  await writeTokenFiles(paths.server, fullToken(caPem, secret))
  return { caPem, clientCaPem: readFileSync(join(paths.tls, 'client-ca.crt'), 'utf8'), secret, join: joining }
}

function namesOf(config: NodeConfig) {
  const { serviceCidr, clusterDomain } = config.critical
  return {
    name: config.nodeName,
    ip: config.nodeIp,
    tlsSans: config.tlsSans,
    serviceIp: serviceCidr.replace(/\.\d+\/.*$/, '.1'),
    clusterDomain,
  }
}

/** @throws FatalError when the data on this disk was made with another token. */
function settleSecret(config: NodeConfig, known: boolean): string {
  const stored = existsSync(paths.token) ? parseToken(readFileSync(paths.token, 'utf8'), 'server') : undefined
  const given = config.token === undefined ? undefined : parseToken(config.token, 'server')
  if (known && stored && given && stored.password !== given.password)
    throw new FatalError(`${FAILED}: bootstrap data already found and encrypted with different token`)
  return given?.password ?? stored?.password ?? randomBytes(16).toString('hex')
}

async function joinCluster(config: NodeConfig, timeoutMs: number): Promise<Supervisor> {
  const supervisor = await validateToken(config, timeoutMs)
  log.info('Managed etcd cluster not yet initialized')
  try {
    await compareConfig(config, timeoutMs)
    const data = bootstrapData.parse(await supervisor.get('/v1-rke2/server-bootstrap'))
    await writeBootstrapData(paths.server, data)
  } catch (error) {
    if (error instanceof FatalError) throw error
    throw new FatalError(`${FAILED}: ${(error as Error).message}`)
  }
  return supervisor
}

async function validateToken({ server = '', token }: NodeConfig, timeoutMs: number): Promise<Supervisor> {
  const failed = `${FAILED}: failed to check if bootstrap data has been initialized`
  if (!token) throw new FatalError(`${failed}: token is required to join a cluster`)
  try {
    return await connectSupervisor(server, token, 'server', timeoutMs, log.warning)
  } catch (error) {
    throw new FatalError(`${failed}: failed to validate token: ${(error as Error).message}`)
  }
}

/** The configuration is read with a node's credentials; a server that won't show it is no reason to stop, a difference is. */
async function compareConfig(
  { server = '', token = '', critical }: NodeConfig,
  timeoutMs: number,
): Promise<void> {
  let theirs: unknown
  try {
    const node = await connectSupervisor(server, token, 'node', timeoutMs, log.warning)
    theirs = await node.get('/v1-rke2/config')
  } catch (error) {
    log.warning(`Skipping cluster configuration validation: ${(error as Error).message}`)
    return
  }
  const found = mismatches(toControlConfig(critical), controlConfig.parse(theirs))
  for (const mismatch of found) log.warning(mismatch)
  if (found.length)
    throw new FatalError(
      `${FAILED}: failed to validate server configuration: critical configuration value mismatch between servers`,
    )
}
