import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { buildArtifacts } from '../../../src/local-cloud/rke2/artifacts.ts'
import { ensureEtcd } from '../../../src/local-cloud/tools/etcd.ts'
import { ensureKubernetesClients } from '../../../src/local-cloud/tools/kubernetes-clients.ts'

// From the root of the repository, where tests and benches run: a bench has this file bundled elsewhere.
const SCRIPT = resolve('test/contract/rke2/sandbox.sh')
const CHARTS = resolve('src/local-cloud/rke2/helm/charts')
const ENTRY = resolve('src/local-cloud/rke2/main.ts')

/** A node of a private VPC in Linux namespaces. Nothing of it is seen outside. */
export interface SandboxNode {
  name: string
  address: string
  /** Runs bash inside. @throws Error when it ends with another status than 0. */
  bash(script: string): string
  /** Starts `rke2 <role>` with this config.yaml; its journal is /run/rke2.log. */
  start(role: 'server' | 'agent', config: string): void
  journal(): string
  stop(how: keyof typeof WAYS): void
}

export interface Sandbox {
  node(name: string, address: string): Promise<SandboxNode>
  destroy(): void
}

/** Needs root: namespaces, a bridge, veth pairs. `kubernetes` is a directory of upstream's programs; without it the light engine runs. */
export async function createSandbox(kubernetes?: string, speed = 20): Promise<Sandbox> {
  const directory = mkdtempSync(join(tmpdir(), 'rke2-sandbox-'))
  const program = join(directory, 'rke2.js')
  await build({
    entryPoints: [ENTRY],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile: program,
    loader: { '.sh': 'text', '.py': 'text' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  })
  const charts = join(directory, 'charts')
  cpSync(CHARTS, charts, { recursive: true })
  const release = join(directory, 'release')
  await buildArtifacts({ version: 'v1.35.4+rke2r1', directory: release, program, charts, arch: 'amd64' })
  const settings = { speed, controlPlane: kubernetes === undefined ? 'light' : 'upstream' }
  const { helm } = ensureKubernetesClients(() => undefined)
  const { etcd, etcdctl } = ensureEtcd(() => undefined)
  const children: ChildProcess[] = []
  const hold = async (arguments_: readonly string[], file: string) => {
    const child = spawn(SCRIPT, [directory, ...arguments_], {
      stdio: 'ignore',
      env: {
        ...process.env,
        ...{ PROGRAM: program, HELM: helm, ETCD: etcd, ETCDCTL: etcdctl },
        SETTINGS: JSON.stringify(settings),
        ...(kubernetes === undefined ? {} : { KUBERNETES: kubernetes }),
      },
    })
    children.push(child)
    await until(() => existsSync(join(directory, file)), file)
    return child
  }
  const vpc = await hold(['vpc'], 'vpc.ready')
  return {
    async node(name, address) {
      const parent = await hold(['node', name, address], `${name}.wait`)
      const pid = execFileSync('pgrep', ['-P', String(parent.pid)], { encoding: 'utf8' }).split('\n')[0] ?? ''
      const inVpc = (...command: string[]) =>
        execFileSync('nsenter', ['-t', String(vpc.pid), '-n', 'ip', 'link', ...command])
      inVpc('add', `v${name}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pid)
      inVpc('set', `v${name}`, 'master', 'vpc', 'up')
      await until(() => existsSync(join(directory, `${name}.ready`)), `${name}.ready`)
      return nodeAt(name, address, pid, release, directory)
    },
    destroy() {
      for (const child of children.reverse()) child.kill('SIGKILL')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

const WAYS = {
  SIGTERM: 'kill $(cat /run/rke2.pid)',
  SIGKILL: 'kill -9 $(cat /run/rke2.pid)',
  killall: 'PATH=/run/bin:$PATH /run/rke2/bin/rke2-killall.sh 2>/run/killall.log',
  // Whatever runs in here but what holds the sandbox. Some end by themselves before their turn; what one of them started
  // before its own turn goes in the next round.
  'power loss': `
    for round in 1 2 3; do
      for process in /proc/[0-9]*; do
        pid=\${process#/proc/}
        [ $pid = 1 ] || [ $pid = $$ ] || [ "$(cat $process/comm)" = sleep ] || kill -9 $pid || :
      done
    done 2>/dev/null
    rm -rf /run/k3s`,
} as const

function nodeAt(name: string, address: string, pid: string, release: string, directory: string): SandboxNode {
  const bash = (script: string) =>
    execFileSync('nsenter', ['-t', pid, '-m', '-n', '-p', '-u', 'bash', '-euc', script], {
      encoding: 'utf8',
      timeout: 60_000,
    })
  return {
    name,
    address,
    bash,
    start(role, config) {
      const file = join(directory, `${name}.yaml`)
      writeFileSync(file, config)
      bash(`
        mkdir -p /var/lib/rancher/rke2/agent/images /run/rke2
        tar -xzf ${release}/rke2.linux-amd64.tar.gz -C /run/rke2
        printf '#!/bin/sh\n[ "$1" = stop ] && kill $(cat /run/rke2.pid) 2>/dev/null\n' >/run/bin/systemctl
        chmod +x /run/bin/systemctl
        cp ${release}/*.tar.zst /var/lib/rancher/rke2/agent/images
        cp ${file} /etc/rancher/rke2/config.yaml
        cd /
        PATH=/run/bin:$PATH setsid /run/rke2/bin/rke2 ${role} >>/run/rke2.log 2>&1 </dev/null &
        echo $! >/run/rke2.pid`)
    },
    stop: (how) => void bash(WAYS[how]),
    journal: () => readFileSync(`/proc/${pid}/root/run/rke2.log`, 'utf8'),
  }
}

/** Polls each 100 ms. @throws Error naming `what`, and what was `seen` instead, after `seconds`. */
export async function until(
  probe: () => boolean,
  what: string,
  seconds = 60,
  seen = () => '',
): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (Date.now() < deadline) {
    if (probe()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${what}: not within ${seconds} s ${seen()}`)
}
