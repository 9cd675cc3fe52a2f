import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type MachineRoom, machineSpec, openMachineRoom } from './machine-room.ts'

let room: MachineRoom

beforeAll(async () => {
  room = await openMachineRoom()
  await Promise.all([
    room.call('create', machineSpec(1, '#!/bin/bash\necho "born as $(hostname)"\n')),
    room.call('create', machineSpec(2)),
    room.call('create', machineSpec(3)),
  ])
}, 30_000)
afterAll(() => room.close())

const web = `systemd-run --unit=web sh -c "cd /srv; hostname >name; exec python3 -m http.server 8000"
for i in $(seq 100); do curl -sf http://127.0.0.1:8000/name && break; sleep 0.1; done`
const all = (to: number, from: string) => ({ to: `172.31.${to}.10`, from, protocol: 'all' })
const tcp = (to: number, from: string, port: number) => ({
  ...all(to, from),
  protocol: 'tcp',
  ports: [port, port],
})

test('each machine has its own name, address and disk, and sees nothing of the host', async () => {
  const look =
    'hostname; ip -4 -br addr show eth0; ls -A /root /etc/rancher /var/lib/rancher; touch /usr/x /etc/y; ps -e | wc -l'
  const [one, two] = await Promise.all([room.run('i-1', look), room.run('i-2', look)])
  expect(one.stdout).toMatch(/^ip-172-31-1-10\neth0@\S+ +UP +172\.31\.1\.10\/20/)
  expect(two.stdout).toContain('ip-172-31-2-10')
  expect(one.stdout).toContain('/root:\n')
  expect(Number(one.stdout.trim().split('\n').at(-1))).toBeLessThan(12)
  expect((await room.run('i-3', 'ls /usr/x /etc/y')).code).toBe(2)
})

test('a machine can make network namespaces for pods, and cannot touch the kernel that all share', async () => {
  const pods = await room.run(
    'i-1',
    'ip netns add pod && ip netns exec pod ip link set lo up && ip netns list && ip netns del pod',
  )
  expect(pods.stdout).toBe('pod\n')
  const shared = await room.run(
    'i-1',
    'sysctl -w net.ipv4.ip_forward=1; sysctl -w vm.swappiness=1; modprobe br_netfilter',
  )
  expect(shared.stdout).toBe('net.ipv4.ip_forward = 1\n')
})

test('user data runs once in an instance life', async () => {
  const log =
    'for i in $(seq 50); do [ -e /var/lib/cloud/instance/boot-finished ] && break; sleep 0.1; done; cat /var/log/cloud-init-output.log'
  expect((await room.run('i-1', log)).stdout).toBe('born as ip-172-31-1-10\n')
  await room.call('stop', 'i-1', { force: true })
  await room.call('start', 'i-1')
  await room.run('i-1', 'sleep 0.5')
  expect((await room.run('i-1', log)).stdout).toBe('born as ip-172-31-1-10\n')
  expect(await room.call('consoleOutput', 'i-1')).toContain('born as ip-172-31-1-10')
})

test('the firewall drops what no rule admits, admits what one does, and lets answers through', async () => {
  await room.run('i-2', web)
  await room.run('i-3', web)
  const fetch = (to: number, seconds = 1) => `curl -sS -m ${seconds} http://172.31.${to}.10:8000/name`
  expect((await room.run('i-1', fetch(2))).code).toBe(28)
  await room.call('setFirewall', [tcp(2, '172.31.1.10', 8000), all(3, '172.31.1.0/24')])
  expect((await room.run('i-1', fetch(2, 10))).stdout).toBe('ip-172-31-2-10\n')
  expect((await room.run('i-1', fetch(3, 10))).stdout).toBe('ip-172-31-3-10\n')
  expect((await room.run('i-3', fetch(2))).code).toBe(28)
  await room.call('setFirewall', [])
  expect((await room.run('i-1', fetch(2))).code).toBe(28)
})

test('an address that no machine has times out, as on AWS, and does not answer "no route"', async () => {
  expect((await room.run('i-1', 'curl -sS -m 1 http://172.31.1.99/')).code).toBe(28)
})

test('a balancer spreads connections, refuses without targets, and hangs on a hairpin with client addresses kept', async () => {
  const targets = [2, 3].map((number) => ({ address: `172.31.${number}.10`, port: 8000 }))
  const listener = {
    addresses: ['172.31.0.200', '172.31.16.200'],
    port: 6443,
    targets,
    preserveClientIp: false,
  }
  const rules = [2, 3].map((number) => tcp(number, '172.31.0.0/16', 8000))
  const open = ['172.31.0.200', '172.31.16.200'].map((to) => ({
    to,
    from: '0.0.0.0/0',
    protocol: 'tcp',
    ports: [6443, 6443],
  }))
  await room.call('setFirewall', [...rules, ...open])
  await room.call('setNames', { 'nlb.elb.amazonaws.com': ['172.31.0.200'] })
  await room.call('setBalancers', [listener])
  const four = (seconds: number) =>
    `for i in 1 2 3 4; do curl -sS -m ${seconds} http://nlb.elb.amazonaws.com:6443/name || echo lost; done`
  const names = (await room.run('i-2', four(10))).stdout
    .trim()
    .split('\n')
    .sort((a, b) => a.localeCompare(b))
  expect(names).toEqual(['ip-172-31-2-10', 'ip-172-31-2-10', 'ip-172-31-3-10', 'ip-172-31-3-10'])
  expect((await room.run('i-1', 'curl -sS -m 10 http://172.31.16.200:6443/name')).code).toBe(0)

  const [door] = await room.call<{ port: number; socket: string }[]>('doors')
  expect(door?.port).toBe(6443)
  const host = ['-sS', '-m', '10', '--unix-socket', door?.socket ?? '', 'http://balancer/name']
  expect(execFileSync('curl', host, { encoding: 'utf8' })).toMatch(/^ip-172-31-[23]-10\n$/)

  await room.call('setBalancers', [{ ...listener, preserveClientIp: true }])
  const kept = (await room.run('i-2', four(2))).stdout
    .trim()
    .split('\n')
    .sort((a, b) => a.localeCompare(b))
  expect(kept).toEqual(['ip-172-31-3-10', 'ip-172-31-3-10', 'lost', 'lost'])

  await room.call('setBalancers', [{ ...listener, targets: [] }])
  // Reset, as curl words it while connecting or while reading; a hang would be 28.
  expect([7, 56]).toContain((await room.run('i-1', 'curl -sS -m 10 http://172.31.0.200:6443/name')).code)
  const probe = { from: '172.31.0.200', address: '172.31.2.10' }
  expect(await room.call('probeTcp', { ...probe, port: 8000, timeoutMs: 10_000 })).toBe(true)
  expect(await room.call('probeTcp', { ...probe, port: 8001, timeoutMs: 500 })).toBe(false)
  await room.call('setBalancers', [])
})

test('the resolver knows what it was told and nothing else', async () => {
  await room.call('setNames', { 'a.example.com': ['172.31.9.9'] })
  const ask = (name: string) => `python3 -c 'import socket; print(socket.gethostbyname("${name}"))'`
  expect((await room.run('i-1', ask('A.example.com'))).stdout).toBe('172.31.9.9\n')
  expect((await room.run('i-1', ask('mirror.local-cloud.internal'))).stdout).toBe('169.254.169.251\n')
  expect((await room.run('i-1', ask('b.example.com'))).stderr).toContain('Name or service not known')
})

test('instance metadata wants a token of this machine', async () => {
  const base = 'http://169.254.169.254/latest'
  const token = `T=$(curl -sS -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" ${base}/api/token)`
  const get = (path: string, header = '-H "X-aws-ec2-metadata-token: $T"') =>
    `curl -sS -w ' %{http_code}' ${header} ${base}/${path}`
  const read = async (script: string) => (await room.run('i-2', script)).stdout
  expect(await read(get('meta-data/', ''))).toBe('Unauthorized 401')
  expect(await read(`${token}; ${get('meta-data/')}`)).toBe('iam/\ninstance-id\nplacement/ 200')
  expect(await read(`${token}; ${get('meta-data/instance-id')}`)).toBe('i-2 200')
  expect(await read(`${token}; ${get('meta-data/nothing')}`)).toBe('Not Found 404')
  expect(await read(`curl -sS -o /dev/null -w '%{http_code}' -X PUT ${base}/api/token`)).toBe('400')
  const stolen = (await read(`${token}; echo -n "$T"`)).trim()
  const other = await room.run('i-3', `T='${stolen}'; ${get('meta-data/instance-id')}`)
  expect(other.stdout).toBe('Unauthorized 401')
})

test('a machine that shuts itself down is off and says so; a destroyed one is gone', async () => {
  await room.run('i-3', 'shutdown -h now; sleep 5')
  const off = () => room.call<string[]>('poweredOff')
  for (let left = 100; left > 0 && !(await off()).length; left--)
    await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await off()).toEqual(['i-3'])
  await room.call('destroy', 'i-3')
  const left = await room.call<{ instanceId: string }[]>('machines')
  expect(left.map(({ instanceId }) => instanceId).sort((a, b) => a.localeCompare(b))).toEqual(['i-1', 'i-2'])
  await expect(room.call('start', 'i-3')).rejects.toThrow('there is no machine i-3')
})
