import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startTimeOf } from '../../../src/kit/start-time.ts'
import { planLoan } from '../../../src/local-cloud/front/lend-host.ts'
import { type MachineRoom, machineSpec, openMachineRoom } from './machine-room.ts'

const SYSCTLS = [
  'vm/overcommit_memory',
  'kernel/panic',
  'kernel/panic_on_oops',
  'fs/inotify/max_user_instances',
]
const sysctls = () => SYSCTLS.map((name) => readFileSync(`/proc/sys/${name}`, 'utf8').trim())
const before = sysctls()
const groups = planLoan(`machine-room-cloud-${process.pid}-${startTimeOf(process.pid)}`).cgroups

let room: MachineRoom
let open = false

beforeAll(async () => {
  room = await openMachineRoom(undefined, { containers: true })
  open = true
  await room.call('create', machineSpec(1))
}, 30_000)
afterAll(() => (open ? room.close() : undefined))

const say = async (script: string) => (await room.run('i-1', script)).stdout.trim()
/** What a script says that runs as a unit, and so with a unit's rights. */
const inUnit = (name: string, script: string) =>
  say(`systemd-run -q --unit=${name} -p Type=oneshot sh -c '${script}'; journalctl -u ${name} -t sh -o cat`)

test('the kubelet finds the sysctls that it would set, and can set none', async () => {
  const [overcommit, panic, oops, inotify] = sysctls()
  expect([overcommit, panic, oops]).toEqual(['1', '10', '1'])
  expect(Number(inotify)).toBeGreaterThanOrEqual(1024)
  expect((await room.run('i-1', 'sysctl -w kernel.panic=3')).code).not.toBe(0)
})

test('units live in control groups of the machine’s own, where they can make others and limit them', async () => {
  const said = await inUnit(
    'groups',
    'cat /proc/self/cgroup; for g in /sys/fs/cgroup/pids /sys/fs/cgroup; do [ -e $g/cgroup.procs ] && break; done; mkdir $g/pod && echo 7 >$g/pod/pids.max && cat $g/pod/pids.max',
  )
  const paths = said
    .split('\n')
    .slice(0, -1)
    .filter((line) => !line.startsWith('0::/') || groups[0]?.mount === '')
  expect(new Set(paths.map((line) => line.split(':').at(-1)))).toEqual(
    new Set([groups[0]?.mount === '' ? '/system.slice' : '/']),
  )
  expect(said.split('\n').at(-1)).toBe('7')
})

test('what containerd and the kubelet keep lies on a real file system; mounts of one pod reach others', async () => {
  const types = 'mkdir -p /run/k3s; stat -f -c %T /var/lib/rancher /var/lib/kubelet /run/k3s'
  expect((await say(types)).split('\n')).toEqual(['ext2/ext3', 'ext2/ext3', 'tmpfs'])
  expect(await say('findmnt -no PROPAGATION /')).toBe('shared')
})

test('a runtime may make device nodes, and the kubelet read the kernel’s log', async () => {
  expect(
    await inUnit(
      'device',
      'dd if=/dev/kmsg of=/dev/null bs=8k count=1 status=none && mknod /tmp/null c 1 3 && echo fine',
    ),
  ).toBe('fine')
})

test('a machine that is stopped leaves no control group, and gets new ones', async () => {
  const [first] = groups
  expect(existsSync(`${first?.directory}/i-1`)).toBe(true)
  await room.call('stop', 'i-1', { force: true })
  expect(existsSync(`${first?.directory}/i-1`)).toBe(false)
  await room.call('start', 'i-1')
  expect(existsSync(`${first?.directory}/i-1`)).toBe(true)
})

test('the host has everything back when the cloud is killed', async () => {
  await room.run('i-1', 'setsid sleep 300 >/dev/null 2>&1 &')
  await room.close()
  open = false
  expect(sysctls()).toEqual(before)
  expect(groups.filter(({ directory }) => existsSync(directory))).toEqual([])
  expect(existsSync('/run/rke2-local-cloud')).toBe(false)
})
