import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostLoan } from './cgroups.ts'
import type { MachineSpec } from './hypervisor.ts'
import { runCommand } from './run-command.ts'

/** The size of the root volume of the AMIs in use, GiB. Memory is taken only by what is written. */
const DISK_GIB = 8

// The host's own are hidden: of the host a machine sees /usr (without /usr/local) and most of /etc, nothing else.
const OWN_DIRECTORIES = [
  ...[
    'usr',
    'etc',
    'proc',
    'sys',
    'dev',
    'run',
    'tmp',
    'root',
    'home',
    'srv',
    'mnt',
    'media',
    'opt/local-cloud',
  ],
  ...['var/lib', 'var/log', 'var/cache', 'var/spool', 'var/tmp', 'var/lib/rancher', 'var/lib/kubelet'],
  'var/lib/cloud/instance',
].map((directory) => join('root', directory))
const LAYERS = [
  'usr',
  'usr.work',
  'etc.work',
  'etc/rancher',
  'etc/systemd/system/multi-user.target.wants',
  'control',
]
const USR_LOCAL = ['bin', 'sbin', 'lib/systemd/system', 'etc', 'share'].map((name) => join('usr-local', name))
/** With a merged /usr these are links; a machine gets the same links. */
const ROOT_LINKS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']

/** Images of containers take more than a machine's memory has room for, packed and unpacked: GiB, of which only what is written is taken. */
const CONTAINER_DISK_GIB = 20

/**
 * The directory of a machine's disk, a file system of its own: full for this machine is not full for the others. A machine
 * that runs containers gets a real disk.
 */
export async function layDisk(disk: string, spec: MachineSpec, loan: HostLoan | undefined): Promise<void> {
  await mkdir(disk, { recursive: true })
  if (loan) await mountImage(disk, join('/var/tmp', `${loan.name}.${spec.instanceId}`))
  else await runCommand({ argv: ['mount', '-t', 'tmpfs', '-o', `size=${DISK_GIB}g,mode=0755`, 'disk', disk] })
  for (const directory of [...OWN_DIRECTORIES, ...LAYERS, ...USR_LOCAL])
    await mkdir(join(disk, directory), { recursive: true })
  for (const name of ROOT_LINKS) await copyLink(join('/', name), join(disk, 'root', name))
  await symlink('/run', join(disk, 'root/var/run'))
  await symlink('/run/lock', join(disk, 'root/var/lock'))
  await writeIdentity(join(disk, 'etc'), spec)
  if (loan) await writeKubeletDropIn(disk, loan)
  const userData = join(disk, 'root/var/lib/cloud/instance/user-data.txt')
  if (spec.userData !== undefined) await writeFile(userData, spec.userData, { mode: 0o600 })
  for (const unit of ['amazon-ssm-agent.service', 'cloud-final.service'])
    await symlink(
      join('/usr/lib/systemd/system', unit),
      join(disk, 'etc/systemd/system/multi-user.target.wants', unit),
    )
}

/** From v1.35 the kubelet refuses the first version of control groups unless it is told. */
async function writeKubeletDropIn(disk: string, { cgroups }: HostLoan): Promise<void> {
  if (cgroups.some(({ mount }) => mount === '')) return
  const directory = join(disk, 'root/var/lib/rancher/rke2/agent/etc/kubelet.conf.d')
  await mkdir(directory, { recursive: true })
  const text = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfailCgroupV1: false\n'
  await writeFile(join(directory, '90-local-cloud.conf'), text)
}

/** The image loses its name at once, so that it ends with its mount, however that ends. */
async function mountImage(disk: string, image: string): Promise<void> {
  await runCommand({ argv: ['truncate', `--size=${CONTAINER_DISK_GIB}G`, image] })
  try {
    await runCommand({ argv: ['mkfs.ext4', '-q', '-O', '^has_journal', '-m', '0', image] })
    await runCommand({ argv: ['mount', '-o', 'loop', image, disk] })
  } finally {
    await rm(image)
  }
}

export async function removeDisk(disk: string): Promise<void> {
  await runCommand({ argv: ['umount', '--lazy', disk] })
  await rm(disk, { recursive: true })
}

/** Upper layer of /etc: who this machine is. */
async function writeIdentity(etc: string, { hostname, privateIp }: MachineSpec): Promise<void> {
  const files = {
    hostname: `${hostname}\n`,
    hosts: `127.0.0.1 localhost\n${privateIp} ${hostname}\n`,
    'resolv.conf': 'nameserver 169.254.169.253\noptions timeout:1 attempts:2\n',
    'machine-id': `${randomBytes(16).toString('hex')}\n`,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(etc, name), text)
}

async function copyLink(from: string, to: string): Promise<void> {
  const entry = await lstat(from).catch(() => undefined)
  if (!entry) return
  if (!entry.isSymbolicLink())
    throw new Error(`${from} is no link into /usr: the local cloud needs a merged /usr`)
  await symlink(await readlink(from), to)
}
