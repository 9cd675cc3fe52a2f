import { existsSync } from 'node:fs'
import { lstat, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AgentPrograms, layAgent } from './agent/lay-agent.ts'
import type { HostLoan } from './cgroups.ts'
import { runCommand } from './run-command.ts'
import bootScript from './scripts/boot.sh'
import initScript from './scripts/init.sh'
import joinCgroupsScript from './scripts/join-cgroups.sh'
import modprobeScript from './scripts/modprobe.sh'
import mountCgroupsScript from './scripts/mount-cgroups.sh'
import prepareScript from './scripts/prepare-host.sh'
import userDataScript from './scripts/run-user-data.sh'
import shimScript from './scripts/shim.sh'
import { userDataUnit } from './system-units.ts'

/** What the cloud takes from the host and gives to every machine. Paths on the host; empty when there is none. */
export interface Programs {
  node: string
  kubectl: string
  helm: string
  etcd: string
  etcdctl: string
  agent: AgentPrograms
  /** Directories of upstream Kubernetes' programs by minor: `v1.35`. */
  kubernetes: Readonly<Record<string, string>>
}

export interface Store {
  /** A directory on the private tmpfs. */
  path: string
  /** Extra mount options of overlayfs: `,userxattr` inside a user namespace. */
  overlayOptions: string
  /** When the machines are to run containers. */
  loan: HostLoan | undefined
}

const SHIMS_IN_BIN = [
  'systemctl',
  'journalctl',
  'systemd-run',
  'systemd-notify',
  'systemd-cgls',
  'hostnamectl',
]
const SHIMS_IN_SBIN = ['shutdown', 'poweroff', 'reboot', 'halt']

/** Writes what all machines share and makes the cloud's network namespace the router of the VPC. */
export async function prepareStore(store: Store, programs: Programs, settings: object): Promise<void> {
  const path = (...parts: string[]) => join(store.path, ...parts)
  for (const directory of ['programs', 'usr/bin', 'usr/lib/systemd/system', 'etc', 'machines'])
    await mkdir(path(directory), { recursive: true })
  await writeFile(path('boot.sh'), bootScript)
  await writeFile(path('mount-cgroups.sh'), mountCgroupsScript)
  await writeFile(path('join-cgroups.sh'), joinCgroupsScript)
  await writeFile(path('programs/settings.json'), JSON.stringify(settings))
  await writeFile(path('programs/package.json'), '{"type":"module"}')
  await writeScript(path('programs/init.sh'), initScript)
  await writeScript(path('programs/run-user-data.sh'), userDataScript)
  await writeScript(path('programs/shim.sh'), shimScript)
  await layAgent(store.path, programs.agent)
  await writeFile(path('usr/lib/systemd/system/cloud-final.service'), userDataUnit)
  await linkShims(path)
  const { node, kubectl, helm, etcd, etcdctl, kubernetes } = programs
  // The kubelet watches the kernel's log for processes that ran out of memory, and does not start without.
  const devices = store.loan ? 'kmsg' : ''
  await runCommand({
    argv: ['bash', '-s'],
    input: prepareScript,
    env: {
      ...{ STORE: store.path, NODE: node, KUBECTL: kubectl, HELM: helm, ETCD: etcd, ETCDCTL: etcdctl },
      ...{ KUBERNETES: linesOf(kubernetes), DEVICES: devices },
    },
  })
}

/** One `minor directory` a line. */
const linesOf = (kubernetes: Programs['kubernetes']) =>
  Object.entries(kubernetes)
    .map(([minor, directory]) => `${minor} ${directory}\n`)
    .join('')

const writeScript = (file: string, text: string) => writeFile(file, text, { mode: 0o755 })

/** The names by which scripts call systemd, as a file layer above the host's /usr. */
async function linkShims(path: (...parts: string[]) => string): Promise<void> {
  // Newer distributions have no sbin of their own; a directory here would hide theirs.
  const sbin = await lstat('/usr/sbin').then((entry) => (entry.isDirectory() ? 'usr/sbin' : 'usr/bin'))
  await mkdir(path(sbin), { recursive: true })
  for (const name of SHIMS_IN_BIN) await symlink('/opt/local-cloud/shim.sh', path('usr/bin', name))
  for (const name of SHIMS_IN_SBIN) await symlink('/opt/local-cloud/shim.sh', path(sbin, name))
  // Every image of EC2 has it, a container host often not.
  if (!existsSync('/sbin/modprobe')) await writeScript(path(sbin, 'modprobe'), modprobeScript)
}
