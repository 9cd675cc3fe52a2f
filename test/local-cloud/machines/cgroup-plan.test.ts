import { expect, test } from '@jest/globals'
import { planCgroups } from '../../../src/local-cloud/machines/cgroup-plan.ts'

const v1 = (id: number, point: string, options: string, root = '/') =>
  `${id} 25 0:${id} ${root} ${point} rw,nosuid shared:${id} - cgroup cgroup rw,${options}`
const v2 = (point: string) => `40 25 0:40 / ${point} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate`
const other = '22 1 0:20 / /sys rw - sysfs sysfs rw'

interface Case {
  mounts: string[]
  own: string[]
  planned: [string, string, string][]
}
const cases: Record<string, Case> = {
  'v2: a child of the root': {
    mounts: [other, v2('/sys/fs/cgroup')],
    own: ['0::/user.slice/session-1.scope'],
    planned: [['', '', '/sys/fs/cgroup/cloud']],
  },
  'v1 beside a v2 without controllers: a child of the own group, which may limit': {
    mounts: [
      v1(30, '/sys/fs/cgroup/cpu,cpuacct', 'cpu,cpuacct'),
      v1(31, '/sys/fs/cgroup/memory', 'memory'),
      v1(32, '/sys/fs/cgroup/systemd', 'xattr,release_agent=/usr/lib/systemd/agent,name=systemd'),
      v2('/sys/fs/cgroup/unified'),
    ],
    own: ['3:cpuacct,cpu:/', '2:memory:/jobs/7', '1:name=systemd:/a:b', '0::/'],
    planned: [
      ['cpu,cpuacct', 'cpu,cpuacct', '/sys/fs/cgroup/cpu,cpuacct/cloud'],
      ['memory', 'memory', '/sys/fs/cgroup/memory/jobs/7/cloud'],
      ['name=systemd', 'systemd', '/sys/fs/cgroup/systemd/a:b/cloud'],
    ],
  },
  'v1 in a container, which sees its own group as the mount': {
    mounts: [v1(30, '/sys/fs/cgroup/pids', 'pids', '/docker/1')],
    own: ['3:pids:/docker/1/init'],
    planned: [['pids', 'pids', '/sys/fs/cgroup/pids/init/cloud']],
  },
  'a group outside of what is mounted': {
    mounts: [v1(30, '/sys/fs/cgroup/pids', 'pids', '/docker/1')],
    own: ['3:pids:/elsewhere'],
    planned: [['pids', 'pids', '/sys/fs/cgroup/pids/cloud']],
  },
  'a hierarchy that is mounted twice counts once': {
    mounts: [v1(30, '/sys/fs/cgroup/pids', 'pids'), v1(33, '/mnt/pids', 'pids')],
    own: ['3:pids:/'],
    planned: [['pids', 'pids', '/sys/fs/cgroup/pids/cloud']],
  },
  'none mounted': { mounts: [other], own: ['0::/'], planned: [] },
}
test.each(Object.entries(cases))('%s', (_, { mounts, own, planned }) => {
  const plan = planCgroups(`${mounts.join('\n')}\n`, `${own.join('\n')}\n`, 'cloud')
  expect(plan.map(({ controllers, mount, directory }) => [controllers, mount, directory])).toEqual(planned)
})
