import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { CgroupHierarchy } from './cgroup-plan.ts'

/** What the cloud has of the host while its machines run containers. */
export const hostLoan = z.object({
  /** Under this name the host gives everything back. */
  name: z.string(),
  /** The cloud's own control group in each hierarchy. */
  cgroups: z.array(z.object({ controllers: z.string(), mount: z.string(), directory: z.string() })),
})
export type HostLoan = z.output<typeof hostLoan>

const isUnified = ({ mount }: CgroupHierarchy) => mount === ''

/** A machine's own group in each of the cloud's hierarchies. */
export async function createMachineCgroups(
  hierarchies: readonly CgroupHierarchy[],
  instanceId: string,
): Promise<CgroupHierarchy[]> {
  const own = hierarchies.map((each) => ({ ...each, directory: join(each.directory, instanceId) }))
  for (const group of own) {
    await mkdir(group.directory)
    if (group.controllers.split(',').includes('cpuset')) await inheritCpuset(group.directory)
  }
  return own
}

/** On v1 a new group has no processors and no memory nodes, and so takes in nobody, until it is told. */
async function inheritCpuset(directory: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems'])
    await writeFile(join(directory, file), await readFile(join(directory, '..', file)))
}

/**
 * Where processes of a machine's units live: on v1 its groups themselves, on v2 the slice that systemd keeps for services,
 * as a group that passes controllers on may hold no processes.
 */
export const unitGroups = (own: readonly CgroupHierarchy[]): string[] =>
  own.map((group) => (isUnified(group) ? join(group.directory, 'system.slice') : group.directory))

/** The machine's hierarchies as its boot mounts them, one a word: `name:options`. */
export const cgroupMounts = (own: readonly CgroupHierarchy[]): string =>
  own.map(({ mount, controllers }) => `${mount}:${controllers}`).join(' ')

/** How long the kernel may take to free the groups of processes that were killed, in tries of 20 ms. */
const TRIES = 100

/**
 * Removes a machine's groups and whatever its containers have made below, after its last process is gone.
 * @throws Error when a process still lives in one.
 */
export async function removeMachineCgroups(own: readonly CgroupHierarchy[]): Promise<void> {
  for (const { directory } of own) await removeTree(directory)
}

async function removeTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(directory, entry.name))
  for (let left = TRIES; ; left--) {
    const error = await rmdir(directory).then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason,
    )
    if (!error || error.code === 'ENOENT') return
    if (error.code !== 'EBUSY' || left === 0) throw error
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
