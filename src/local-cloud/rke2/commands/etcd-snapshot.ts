import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../config/read-config.ts'
import { saveSnapshot } from '../etcd/save-snapshot.ts'
import { deleteSnapshots, listSnapshots, pruneSnapshots, type Snapshot } from '../etcd/snapshot-files.ts'
import { FatalError, log } from '../log.ts'
import { paths } from '../paths.ts'
import { connectSupervisor } from '../supervisor/supervisor-client.ts'
import { table } from './table.ts'

interface SnapshotOptions {
  name: string
  directory: string
  nodeName: string
  retention: number
}

const SUPERVISOR = 'https://127.0.0.1:9345'
const TIMEOUT_MS = 10_000

/** `rke2 etcd-snapshot save|ls|delete NAME…|prune`. @throws FatalError when the service doesn't run or the arguments are wrong. */
export async function runEtcdSnapshot([operation = 'save', ...rest]: readonly string[]): Promise<void> {
  const { options, names } = readOptions(rest)
  await askService()
  switch (operation) {
    case 'save': {
      const name = `${options.name}-${options.nodeName}-${Math.floor(Date.now() / 1000)}`
      await saveSnapshot(join(options.directory, name))
      log.info(`Snapshot ${name} saved.`)
      return
    }
    case 'ls':
    case 'list':
      process.stdout.write(snapshotTable(listSnapshots(options.directory)))
      return
    case 'delete':
      if (names.length === 0) throw new FatalError('Error: no snapshots given for removal')
      for (const name of deleteSnapshots(options.directory, names)) log.info(`Snapshot ${name} deleted.`)
      return
    case 'prune':
      for (const name of pruneSnapshots(
        options.directory,
        `${options.name}-${options.nodeName}`,
        options.retention,
      ))
        log.info(`Snapshot ${name} deleted.`)
      return
    default:
      throw new FatalError(`Error: the local cloud's rke2 does not know etcd-snapshot ${operation}`)
  }
}

/** The command line wins over config.yaml, whose other keys are warned of. @throws FatalError for an unknown argument. */
function readOptions(arguments_: readonly string[]): { options: SnapshotOptions; names: string[] } {
  const { values, warnings } = readConfig(
    'etcd-snapshot',
    process.env['RKE2_CONFIG_FILE'] ?? paths.config,
    [],
  )
  for (const warning of warnings) log.warning(warning)
  const given = parse(arguments_)
  const one = (flag: keyof typeof FLAGS) => given.values[flag] ?? values.get(FLAGS[flag])?.at(-1)
  return {
    names: given.positionals,
    options: {
      name: one('name') ?? 'on-demand',
      directory: one('dir') ?? paths.snapshots,
      nodeName: one('node-name') ?? hostname(),
      retention: Number(one('snapshot-retention') ?? 5),
    },
  }
}

/** Arguments and the keys of config.yaml that say the same. */
const FLAGS = {
  name: 'etcd-snapshot-name',
  dir: 'etcd-snapshot-dir',
  'node-name': 'node-name',
  'snapshot-retention': 'etcd-snapshot-retention',
} as const

const flag = { type: 'string' } as const

function parse(arguments_: readonly string[]) {
  try {
    return parseArgs({
      args: [...arguments_],
      allowPositionals: true,
      options: { name: flag, dir: flag, 'node-name': flag, 'snapshot-retention': flag },
    })
  } catch (error) {
    throw new FatalError(`Error: ${(error as Error).message}`)
  }
}

/** Snapshots are the running server's work: it is asked with its own token. */
async function askService(): Promise<void> {
  try {
    const token = readFileSync(paths.token, 'utf8')
    const supervisor = await connectSupervisor(SUPERVISOR, token, 'server', TIMEOUT_MS, log.warning)
    await supervisor.get('/db/info')
  } catch (error) {
    throw new FatalError(`Error: ${(error as Error).message}`)
  }
}

const snapshotTable = (snapshots: readonly Snapshot[]): string =>
  table(
    [
      ['Name', 'Location', 'Size', 'Created'],
      ...snapshots.map(({ name, file, size, created }) => [name, `file://${file}`, String(size), created]),
    ],
    1,
  )
