import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type MachineRoom, machineSpec, openMachineRoom } from './machine-room.ts'

let room: MachineRoom

beforeAll(async () => {
  room = await openMachineRoom()
  await room.call('create', machineSpec(1))
}, 30_000)
afterAll(() => room.close())

/** As RKE2's own unit, with a program that the test can steer by files. */
const unit = `[Unit]
Description=Test of %n
[Service]
Type=notify
EnvironmentFile=-/etc/default/%N
KillMode=process
ExecCondition=/bin/sh -c '[ ! -e /forbidden ]'
ExecStartPre=-/bin/false
ExecStartPre=/bin/echo before \${COLOUR}
ExecStart=/bin/bash -c '[ ! -e /broken ] || exit 7; touch /started; while [ -e /held ]; do sleep 0.1; done; (setsid sleep 300 &); systemd-notify --ready; exec sleep 200'
ExecStopPost=-/bin/sh -c "touch /stopped"
Restart=always
RestartSec=5s
[Install]
WantedBy=multi-user.target
`

const say = async (script: string) => (await room.run('i-1', script)).stdout.trim()
/** Asks until the command succeeds, for at most so long. */
const until = (command: string, seconds = 20) =>
  say(`for i in $(seq ${seconds * 10}); do ${command} && break; sleep 0.1; done`)
const properties = (names: string) => `systemctl show -p ${names} node`

test('a notifying unit is started by enable --now, and shows what systemd shows', async () => {
  await say(
    `mkdir -p /usr/local/lib/systemd/system; cat >/usr/local/lib/systemd/system/node.service <<'UNIT'\n${unit}UNIT`,
  )
  await say('echo COLOUR=blue >/etc/default/node; systemctl daemon-reload')
  expect(await say('systemctl is-enabled node; systemctl is-active node')).toBe('disabled\ninactive')
  const enabled = await room.run(
    'i-1',
    'systemctl enable --now node && systemctl is-active node && systemctl is-enabled node',
  )
  expect(enabled.stdout).toMatch(
    /^Created symlink .*multi-user\.target\.wants\/node\.service.*\nactive\nenabled\n$/,
  )
  expect(await say(properties('ActiveState,SubState,NRestarts,Result'))).toBe(
    'Result=success\nNRestarts=0\nActiveState=active\nSubState=running',
  )
  expect(await say('ps -o args= -p $(systemctl show -p MainPID --value node)')).toBe('sleep 200')
  expect(await say('journalctl -u node -o cat --no-pager | head -3')).toBe(
    'Starting node.service - Test of node.service...\nbefore blue\nStarted node.service - Test of node.service.',
  )
})

test('a killed main process comes back, counted', async () => {
  await say('kill -9 $(systemctl show -p MainPID --value node)')
  await until('[ $(systemctl show -p NRestarts --value node) = 1 ] && systemctl -q is-active node')
  expect(await say(properties('NRestarts,ExecMainStatus,ActiveState'))).toBe(
    'NRestarts=1\nExecMainStatus=9\nActiveState=active',
  )
  expect(await say('journalctl -u node -o cat --no-pager')).toContain(
    'node.service: Main process exited, code=killed, status=9/KILL',
  )
})

test('KillMode=process leaves the children of a stopped unit, and ExecStopPost runs', async () => {
  await say('rm -f /stopped; systemctl stop node')
  expect(await say('systemctl is-active node; pgrep -c -x -f "sleep 300"; ls /stopped')).toBe(
    'inactive\n2\n/stopped',
  )
})

test('an enabled unit starts with the machine; /run is fresh, the disk and the journal stay', async () => {
  await say('touch /run/gone /root/kept; rm -f /started')
  await room.call('stop', 'i-1', { force: false })
  await room.call('start', 'i-1')
  await until('systemctl -q is-active node')
  expect(await say('systemctl is-active node; ls /run/gone /root/kept 2>/dev/null')).toBe(
    'active\n/root/kept',
  )
  expect(await say('journalctl -u node -o cat --no-pager')).toContain('before blue')
})

// In one go: one that is stopped in an attempt that fails is failed.
const STOP_BETWEEN = `for i in $(seq 200); do systemctl show node | grep -qx SubState=auto-restart && break; sleep 0.05; done
systemctl stop node`

test('a unit that fails: start answers 1, restarts go on, stop ends them', async () => {
  await say('systemctl stop node; touch /broken')
  const started = await room.run('i-1', 'systemctl start node')
  expect(started.code).toBe(1)
  expect(started.stderr).toContain(
    'Job for node.service failed because the control process exited with error code',
  )
  await until('[ $(systemctl show -p NRestarts --value node) -gt 0 ]')
  expect(await say(properties('ExecMainStatus,Result'))).toBe('Result=exit-code\nExecMainStatus=7')
  expect(Number(await say('systemctl show -p NRestarts --value node'))).toBeGreaterThan(0)
  expect(await say(`${STOP_BETWEEN}; systemctl is-active node; rm /broken`)).toBe('inactive')
})

const counter = 'systemctl show -p NRestarts --value node'
test('the counter of restarts is kept over a restart between two attempts, and ends with reset-failed or a clean stop', async () => {
  await say('touch /broken; systemctl start --no-block node')
  // In one go, so that the stop falls between two attempts.
  await say(
    `for i in $(seq 200); do [ $(${counter}) -ge 2 ] && systemctl show node | grep -qx SubState=auto-restart && break; sleep 0.05; done
systemctl stop node; rm /broken; systemctl start node`,
  )
  expect(Number(await say(counter))).toBeGreaterThanOrEqual(2)
  expect(await say(`systemctl reset-failed node; ${counter}; systemctl is-active node`)).toBe('0\nactive')
  await say('kill -9 $(systemctl show -p MainPID --value node)')
  await until(`[ $(${counter}) = 1 ] && systemctl -q is-active node`)
  expect(await say(`systemctl stop node; ${counter}; systemctl start node; ${counter}`)).toBe('1\n0')
  await say('systemctl stop node')
}, 30_000)

test('a condition that does not hold keeps the unit down without a failure', async () => {
  await say('touch /forbidden')
  expect(
    (await room.run('i-1', 'systemctl start node; systemctl is-active node; rm /forbidden')).stdout,
  ).toBe('inactive\n')
})

test('start --no-block comes back at once', async () => {
  expect(await say(`touch /held; systemctl start --no-block node; ${properties('ActiveState')}`)).toBe(
    'ActiveState=activating',
  )
  await say('rm /held')
})

const datagram = (message: string) =>
  `import os, socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.sendto(${message}, os.environ["NOTIFY_SOCKET"])`

/** A notifying unit whose main process is a Python program; without a word it would be `activating` for ever. */
const writeSpeaker = (access: string, program: string) =>
  say(`systemctl stop speaker
cat >/root/speaker.py <<'PROGRAM'
${program}
PROGRAM
cat >/etc/systemd/system/speaker.service <<'UNIT'
[Service]
Type=notify
${access}
ExecStart=/usr/bin/python3 -I -S /root/speaker.py
UNIT
systemctl daemon-reload
systemctl reset-failed speaker`)
const sleep = 'import time; time.sleep(100)'
const child = (code: string) => `import os\nif os.fork() == 0:\n ${code}\n${sleep}`

const speakers: [string, string, string, string][] = [
  ['its main process', '', `${datagram('b"STATUS=up\\nREADY=1"')}\n${sleep}`, 'active'],
  ['something else', '', `${datagram('b"STATUS=READY=1"')}\n${sleep}`, 'activating'],
  ['its child', '', child(datagram('b"READY=1"')), 'activating'],
  ['its child, which may', 'NotifyAccess=all', child(datagram('b"READY=1"')), 'active'],
]
test.each(speakers)('a datagram of %s', async (_, access, program, state) => {
  await writeSpeaker(access, program)
  await say('systemctl start --no-block speaker')
  // One that nobody may speak for is given a second to do so.
  await until('systemctl -q is-active speaker', state === 'active' ? 20 : 1)
  expect(await say('systemctl is-active speaker')).toBe(state)
})

test('MAINPID hands the service over: the launcher may end, the heir is stopped with it', async () => {
  await writeSpeaker(
    '',
    `import os\nheir = os.fork()\nif heir == 0:\n os.execv("/bin/sleep", ["sleep", "400"])\n${datagram('b"READY=1\\nMAINPID=%d" % heir')}`,
  )
  expect(await say('systemctl start speaker; sleep 0.5; systemctl is-active speaker')).toBe('active')
  expect(await say('ps -o args= -p $(systemctl show -p MainPID --value speaker)')).toBe('sleep 400')
  expect(await say('systemctl stop speaker; systemctl is-active speaker; pgrep -f "sleep 400"')).toBe(
    'inactive',
  )
})

test('systemd-cgls shows command lines, so that a shim is not taken for containerd', async () => {
  await say('systemctl start --no-block node')
  await until('systemctl -q is-active node')
  expect(await say('systemd-cgls /system.slice/node.service')).toMatch(/├─\d+ sleep 200/)
})

const refusals: [string, number, string][] = [
  ['systemctl start nothing', 5, 'Failed to start nothing.service: Unit nothing.service not found.'],
  ['systemctl isolate node', 1, "the local cloud's systemctl does not know the verb isolate"],
  ['systemctl --fancy start node', 1, "systemctl: Unknown option '--fancy'"],
  ['journalctl --fancy', 1, "journalctl: Unknown option '--fancy'"],
  ['journalctl --since yesterweek', 1, 'journalctl: Failed to parse timestamp: yesterweek'],
]
test.each(refusals)('%s is refused with code %d', async (command, code, message) => {
  expect(await room.run('i-1', command)).toMatchObject({
    code,
    stderr: expect.stringContaining(message),
  })
})

test('systemd-run starts a transient unit, at once or later, and its output is in the journal', async () => {
  expect(await say('systemd-run --unit=once --collect sh -c "echo \\$0 100% \\"two words\\"; exit 0"')).toBe(
    'Running as unit: once.service',
  )
  await until('journalctl -u once -t sh -o cat | grep -q .')
  expect(await say('journalctl -u once -t sh -o cat')).toBe('sh 100% two words')
  await say('systemd-run --unit=later --on-active=3 touch /root/later')
  expect((await room.run('i-1', 'ls /root/later')).code).toBe(2)
  await until('[ -e /root/later ]')
  expect(await say('ls /root/later')).toBe('/root/later')
})
