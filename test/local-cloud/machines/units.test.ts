import { expect, test } from '@jest/globals'
import { parseMoment } from '../../../src/local-cloud/machines/units/journalctl.ts'
import {
  parseSeconds,
  readServiceSettings,
} from '../../../src/local-cloud/machines/units/service-settings.ts'
import { restartPause, restartsAfter } from '../../../src/local-cloud/machines/units/service-state.ts'
import { parseShutdown } from '../../../src/local-cloud/machines/units/shutdown.ts'
import { parseUnitFile } from '../../../src/local-cloud/machines/units/unit-file.ts'
import {
  expandSpecifiers,
  expandVariables,
  splitWords,
} from '../../../src/local-cloud/machines/units/words.ts'

test('sections, comments, continued lines, repeated and emptied keys', () => {
  const text =
    '# a\n[Unit]\nDescription=x=y\n; b\n[Service]\nExecStart=/a \\\n# in between\n  b\nEnvironment=A=1\nEnvironment=\nEnvironment=B=2\n'
  expect(parseUnitFile(text)).toEqual({
    Unit: { Description: ['x=y'] },
    Service: { ExecStart: ['/a  b'], Environment: ['B=2'] },
  })
  expect(() => parseUnitFile('[Service]\nnonsense\n')).toThrow("Missing '=' in unit file: nonsense")
})

const words: [string, string[]][] = [
  [`/bin/sh -c 'a "b" c'`, ['/bin/sh', '-c', 'a "b" c']],
  [`/bin/sh -c "print '{print \\$1}' \\"q\\""`, ['/bin/sh', '-c', `print '{print \\$1}' "q"`]],
  ['a\\sb  c', ['a b', 'c']],
  [`x"y z"w ""`, ['xy zw', '']],
]
test.each(words)('%s is split as systemd does', (text, expected) => {
  expect(splitWords(text)).toEqual(expected)
})

test('specifiers and variables', () => {
  expect(expandSpecifiers('%n %N %p %i %% %z', 'a@b.service')).toBe('a@b.service a@b a b % %z')
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell (or systemd) expands it
  expect(expandVariables(['$A', '${A}!', '$$A', '$B'], { A: 'x y' })).toEqual(['x', 'y', 'x y!', '$A'])
})

test('RKE2’s own unit is understood', () => {
  const text = `[Unit]
Description=Rancher Kubernetes Engine v2 (server)
[Install]
WantedBy=multi-user.target
[Service]
Type=notify
EnvironmentFile=-/etc/default/%N
KillMode=process
Delegate=yes
LimitNOFILE=1048576
TimeoutStartSec=0
Restart=always
RestartSec=5s
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/rke2 server
ExecStopPost=-/bin/sh -c "systemd-cgls /system.slice/%n | grep -Eo '[0-9]+ (containerd|kubelet)' | awk '{print $1}' | xargs -r kill"
`
  const settings = readServiceSettings('rke2-server.service', text)
  expect(settings).toMatchObject({
    type: 'notify',
    killMode: 'process',
    restart: 'always',
    restartSeconds: 5,
    environmentFiles: [{ path: '/etc/default/rke2-server', optional: true }],
    startPre: [{ words: ['/sbin/modprobe', 'overlay'], failureIgnored: true }],
    wantedBy: ['multi-user.target'],
  })
  expect(settings.stopPost[0]?.words[2]).toContain(`/system.slice/rke2-server.service | grep -Eo '[0-9]+`)
})

test('a type that is not carried out is refused', () => {
  expect(() => readServiceSettings('x.service', '[Service]\nType=dbus\n')).toThrow('Invalid option')
})

const spans: [string, number][] = [
  ['5', 5],
  ['5s', 5],
  ['1min 30s', 90],
  ['100ms', 0.1],
  ['2h', 7200],
  ['infinity', Number.POSITIVE_INFINITY],
]
test.each(spans)('%s', (text, seconds) => {
  expect(parseSeconds(text)).toBeCloseTo(seconds)
})
test('what is no time span is refused', () => {
  expect(() => parseSeconds('soon')).toThrow('Failed to parse time: soon')
})

const base = readServiceSettings('x.service', '[Service]\nExecStart=/x\nRestartPreventExitStatus=194\n')
const failed = { code: 1, signal: null }
const restarts: [
  typeof base.restart,
  Parameters<typeof restartsAfter>[1],
  { code: number | null; signal: null },
  boolean,
][] = [
  ['no', 'exit-code', failed, false],
  ['always', 'success', { code: 0, signal: null }, true],
  ['on-failure', 'success', { code: 0, signal: null }, false],
  ['on-failure', 'exit-code', failed, true],
  ['on-abnormal', 'exit-code', failed, false],
  ['always', 'exit-code', { code: 194, signal: null }, false],
  ['always', 'exec-condition', failed, false],
]
test.each(restarts)('Restart=%s after %s', (restart, result, exit, expected) => {
  expect(restartsAfter({ ...base, restart }, result, exit)).toBe(expected)
})

test('the pause before a restart is shortened, but not to a busy loop', () => {
  expect([restartPause(5, 1), restartPause(5, 20), restartPause(90, 20), restartPause(0.1, 20)]).toEqual([
    5000, 300, 4500, 100,
  ])
})

const now = Date.UTC(2026, 0, 31, 12)
const moments: [string, number][] = [
  ['now', now],
  ['@1769860000', 1_769_860_000_000],
  ['-5min', now - 300_000],
  ['2h ago', now - 7_200_000],
  ['2026-01-31 10:00:00', now - 7_200_000],
]
test.each(moments)('--since %s', (text, expected) => {
  expect(parseMoment(text, now)).toBe(expected)
})

const shutdowns: [string[], object | undefined][] = [
  [['-r', '+1'], { kind: 'reboot', minutes: 1 }],
  [['-h', 'now'], { kind: 'poweroff', minutes: 0 }],
  [['now'], { kind: 'poweroff', minutes: 0 }],
  [['-r', 'now', 'a reason'], { kind: 'reboot', minutes: 0 }],
  [['-c'], undefined],
]
test.each(shutdowns)('shutdown %j', (args, expected) => {
  expect(parseShutdown(args)).toEqual(expected)
})
test('a time of day is not known, and said so', () => {
  expect(() => parseShutdown(['23:55'])).toThrow('does not know the time 23:55')
})
