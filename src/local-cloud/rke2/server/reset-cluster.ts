import { execFile, spawn } from 'node:child_process'
import { existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { parse, stringify } from 'yaml'
import type { NodeConfig } from '../config/node-config.ts'
import { etcdConfig, etcdTiming } from '../etcd/etcd-config.ts'
import { connectEtcd, EtcdError } from '../etcd/gateway.ts'
import { hasEtcdData, memberName } from '../etcd/member-name.ts'
import { FatalError, log } from '../log.ts'
import { paths } from '../paths.ts'
import { sleep } from '../timing.ts'
import { etcdProgram } from './static-manifests.ts'

const run = promisify(execFile)

const DONE = `Managed etcd cluster membership has been reset, restart without --cluster-reset flag now. Backup and delete ${paths.server}/db on each peer etcd server and rejoin the nodes`

/**
 * `rke2 server --cluster-reset [--cluster-reset-restore-path=FILE]`: this server's member becomes the only one, with the data it has or with
 * those of a snapshot. Ends; a normal start follows.
 * @throws FatalError when a server to join is configured, when it was done already, or when there is nothing to reset or restore.
 */
export async function resetCluster(
  config: NodeConfig,
  restorePath: string | undefined,
  speed: number,
): Promise<void> {
  refuse(config, restorePath)
  endContainers()
  const self = { name: await memberName(config.nodeName), ip: config.nodeIp }
  const file = join(paths.etcd, 'config')
  const peers = [{ name: self.name, peerUrl: `https://${self.ip}:2380` }]
  writeFileSync(file, etcdConfig(self, peers, 'new', etcdTiming(speed)), { mode: 0o600 })
  if (restorePath !== undefined) await restore(restorePath, self.name, peers[0]?.peerUrl ?? '')
  await runAlone(file)
  writeFileSync(paths.resetFlag, '', { mode: 0o600 })
  log.info(DONE)
}

function refuse({ server }: NodeConfig, restorePath: string | undefined): void {
  if (server !== undefined)
    throw new FatalError('Error: cannot perform cluster-reset while server URL is set')
  if (existsSync(paths.resetFlag))
    throw new FatalError(
      `Error: Managed etcd cluster membership was previously reset, please remove the cluster-reset flag and start rke2 normally. If you need to perform another cluster reset, you must first manually delete the file at ${paths.resetFlag}`,
    )
  if (!hasEtcdData() || !existsSync(paths.etcdTls))
    throw new FatalError(`Error: etcd database not found in ${paths.data}`)
  if (restorePath !== undefined && !existsSync(restorePath))
    throw new FatalError(`Error: etcd: snapshot path does not exist: ${restorePath}`)
}

/** A normal start ends the reset: another one may follow. */
export const forgetReset = (): void => rmSync(paths.resetFlag, { force: true })

/** What an earlier RKE2 left running would hold the database and its ports. */
function endContainers(): void {
  const directory = join(dirname(paths.containerd), 'containers')
  const files = existsSync(directory) ? readdirSync(directory) : []
  for (const file of files) {
    try {
      process.kill(Number(readFileSync(join(directory, file), 'utf8')), 'SIGKILL')
    } catch {
      // It is gone already.
    }
    rmSync(join(directory, file))
  }
}

/** The old database is kept beside the new one. etcd's own tool checks the snapshot's sum. */
async function restore(snapshot: string, name: string, peerUrl: string): Promise<void> {
  const restored = `${paths.etcd}-restored`
  await rm(restored, { recursive: true, force: true })
  try {
    const arguments_ = [
      'snapshot',
      'restore',
      snapshot,
      `--data-dir=${restored}`,
      `--name=${name}`,
      `--initial-cluster=${name}=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
    ]
    await run(etcdProgram('etcdctl'), arguments_, { env: { ...process.env, ETCDCTL_API: '3' } })
  } catch (error) {
    throw new FatalError(`Error: failed to restore ${snapshot}: ${(error as Error).message}`)
  }
  await cp(paths.etcd, `${paths.etcd}-old-${Math.floor(Date.now() / 1000)}`, { recursive: true })
  await rm(join(paths.etcd, 'member'), { recursive: true })
  await rename(join(restored, 'member'), join(paths.etcd, 'member'))
  await rm(restored, { recursive: true })
}

const POLL_MS = 200
const LIMIT_MS = 60_000

/** Runs etcd as the only member until it leads itself, then ends it. @throws FatalError when it doesn't. */
async function runAlone(file: string): Promise<void> {
  const alone = join(paths.etcd, 'reset-config')
  const settings = parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  writeFileSync(alone, stringify({ ...settings, 'force-new-cluster': true }), { mode: 0o600 })
  const output = openSync(join(paths.server, 'logs/etcd-reset.log'), 'a')
  const etcd = spawn(etcdProgram(), [`--config-file=${alone}`], { stdio: ['ignore', output, output] })
  const ended = new Promise<void>((resolve) => etcd.once('close', () => resolve()))
  try {
    await awaitLeadership()
  } finally {
    etcd.kill('SIGTERM')
    await ended
    rmSync(alone)
  }
}

async function awaitLeadership(): Promise<void> {
  const etcd = connectEtcd('https://127.0.0.1:2379')
  const deadline = performance.now() + LIMIT_MS
  while (performance.now() < deadline) {
    try {
      const { leader, header } = await etcd.status()
      if (leader === header.member_id && (await etcd.members()).length === 1) return
    } catch (error) {
      if (!(error instanceof EtcdError)) throw error
    }
    await sleep(POLL_MS)
  }
  throw new FatalError('Error: etcd did not become the only member: see server/logs/etcd-reset.log')
}
