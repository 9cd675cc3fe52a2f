import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'
import type { Script } from '../../../src/nodes/node-runner.ts'
import { commandLine } from '../../../src/nodes/script.ts'

const homes: string[] = []
afterAll(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

// Scripts write where RKE2 does. Mount and network namespaces of their own keep the real machine as it is, and what they
// write stays in a directory, so that a script can run a second time.
const ENTER = `
set -e
home=$1
shift
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc
mkdir -p /etc/rancher
for place in /etc/rancher /var/lib /var/log /usr/local; do
  mkdir -p "$home/disk$place"
  mount --bind "$home/disk$place" "$place"
done
ip link set lo up
ip address add 169.254.169.254/32 dev lo
exec "$@"
`

/** A machine made of one directory. `fakes` are bash programs that stand before the real commands of their name. */
export function createMachine(fakes: Readonly<Record<string, string>> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'machine-'))
  homes.push(home)
  mkdirSync(join(home, 'bin'))
  for (const [name, body] of Object.entries(fakes)) {
    const file = join(home, 'bin', name)
    writeFileSync(file, `#!/bin/bash\n${body}\n`)
    chmodSync(file, 0o755)
  }
  const env = {
    PATH: `${home}/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
    AWS_SSM_INSTANCE_ID: 'i-0aaaaaaaaaaaaaaaa',
    AWS_SSM_REGION_NAME: 'eu-west-1',
    /** Where fakes keep what they know. */
    FAKE: home,
  }
  const enter = (command: readonly string[]) =>
    spawnSync('unshare', ['--mount', '--net', '--map-root-user', 'sh', '-c', ENTER, 'sh', home, ...command], {
      env,
      encoding: 'utf8',
    })
  return {
    home,
    enter,
    /** Runs a script as the SSM agent does, on Ubuntu: by dash, with nothing of ours but the one line. */
    run(script: Script<unknown>) {
      const { status, stdout, stderr } = enter(['/bin/sh', '-c', commandLine(script)])
      return { code: status, stdout, stderr, answer: answerIn(stdout) }
    },
    disk: (path: string) => join(home, 'disk', path),
    read: (path: string) => readFileSync(join(home, 'disk', path), 'utf8'),
    has: (path: string) => existsSync(join(home, 'disk', path)),
    /** What fakes were called with, one line a call. */
    calls: () => (existsSync(join(home, 'calls')) ? readFileSync(join(home, 'calls'), 'utf8') : ''),
    tell: (name: string, text: string) => writeFileSync(join(home, name), text),
  }
}

function answerIn(stdout: string): unknown {
  try {
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  } catch {
    return undefined
  }
}

/** systemd as far as the scripts ask it: `state` holds the word for ActiveState, `restarts` the counter. */
export const FAKE_SYSTEMCTL = `
echo "systemctl $*" >>"$FAKE/calls"
case "$1" in
  is-active) cat "$FAKE/state" 2>/dev/null || echo inactive; grep -q '^active' "$FAKE/state" 2>/dev/null ;;
  show)
    restarts=$(cat "$FAKE/restarts" 2>/dev/null || echo 0)
    case "$*" in
      *--value*) echo "$restarts" ;;
      *) printf 'ActiveState=%s\\nNRestarts=%s\\n' "$(cat "$FAKE/state" 2>/dev/null || echo inactive)" "$restarts" ;;
    esac ;;
  reset-failed) echo 0 >"$FAKE/restarts" ;;
  start | restart) echo activating >"$FAKE/state" ;;
esac`
