/** A control group of the host's that is the cloud's own, in one hierarchy. */
export interface CgroupHierarchy {
  /** As a mount option of v1: `cpu,cpuacct` or `name=systemd`; empty for v2, which has all controllers in one. */
  controllers: string
  /** What the hierarchy's mount point is called below /sys/fs/cgroup; empty for v2, which is mounted there itself. */
  mount: string
  directory: string
}

interface CgroupMount {
  root: string
  point: string
  controllers: string
}

/**
 * Where a cloud called `name` can have control groups of its own. On v1 (also beside a v2 without controllers) a child of
 * the caller's own group in each hierarchy, so that its limits hold. On v2 a child of the root, as no group that holds
 * processes may pass controllers on. Nothing where no hierarchy is mounted.
 * @param mountInfo the text of /proc/self/mountinfo (proc_pid_mountinfo(5))
 * @param ownGroups the text of /proc/self/cgroup (cgroups(7))
 */
export function planCgroups(mountInfo: string, ownGroups: string, name: string): CgroupHierarchy[] {
  const first = readMounts(mountInfo, 'cgroup')
  const unique = first.filter((mount, index) => first.findIndex(sameAs(mount)) === index)
  if (unique.length)
    return unique.map((mount) => ({
      controllers: mount.controllers,
      mount: mount.point.slice(mount.point.lastIndexOf('/') + 1),
      directory: `${withinMount(mount, ownGroupOf(mount.controllers, ownGroups))}/${name}`,
    }))
  return readMounts(mountInfo, 'cgroup2')
    .slice(0, 1)
    .map(({ point }) => ({ controllers: '', mount: '', directory: `${point}/${name}` }))
}

const sameAs = (mount: CgroupMount) => (other: CgroupMount) => other.controllers === mount.controllers

/** Options of every mount, which are no controllers. */
const MOUNT_OPTIONS = /^(rw|ro|seclabel|xattr|noprefix|clone_children|release_agent=.*)$/

function readMounts(mountInfo: string, type: string): CgroupMount[] {
  return mountInfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const [, , , root = '', point = ''] = before.split(' ')
    const [kind, , options = ''] = after.split(' ')
    const controllers = options.split(',').filter((option) => !MOUNT_OPTIONS.test(option))
    return kind === type ? [{ root, point, controllers: controllers.join(',') }] : []
  })
}

function ownGroupOf(controllers: string, ownGroups: string): string {
  const sorted = (text: string) => text.split(',').sort().join(',')
  const line = ownGroups.split('\n').find((each) => sorted(each.split(':')[1] ?? '') === sorted(controllers))
  return line?.split(':').slice(2).join(':') ?? '/'
}

/** A group as it is seen below its hierarchy's mount; the mount point itself when it lies outside of what is mounted. */
function withinMount({ root, point }: CgroupMount, group: string): string {
  const base = root === '/' ? '' : root
  const inside = group === base || group.startsWith(`${base}/`) ? group.slice(base.length) : ''
  return `${point}${inside === '/' ? '' : inside}`
}
