import { findBinaries } from '../src/local-cloud/tools/kubernetes/find-binaries.ts'
import { createSandbox, type SandboxNode, until } from '../test/contract/rke2/sandbox.ts'

const RELEASE = 'v1.35.4+rke2r1'
const FIRST = '172.31.0.11'
const PING = `curl -sk -m 1 https://${FIRST}:9345/ping || true`
const LIMIT_SECONDS = 240

const common = 'cni: cilium\ndisable-kube-proxy: true\ntoken: abc\n'
const isReady = (node: SandboxNode) => node.journal().includes('rke2 is up and running')

/** Seconds since `started` at which a server says READY=1 to systemd. */
async function readyAt(node: SandboxNode, started: number): Promise<number> {
  await until(() => isReady(node), `READY of ${node.name}`, LIMIT_SECONDS)
  return (performance.now() - started) / 1000
}

/**
 * Three servers, cold and at real speed, the joiners from the moment the first one's 9345 answers, as the recorded ones were.
 * @returns seconds from the first start to READY of each server, the quickest first
 * @throws Error when upstream's programs are not on this machine
 */
export async function timeThreeServers(controlPlane: 'light' | 'upstream'): Promise<number[]> {
  const kubernetes = controlPlane === 'upstream' ? findBinaries(RELEASE)?.directory : undefined
  if (controlPlane === 'upstream' && kubernetes === undefined)
    throw new Error('no upstream Kubernetes on this machine: npm run build:kubernetes')
  const sandbox = await createSandbox(kubernetes, 1)
  try {
    const first = await sandbox.node('n1', FIRST)
    const joiners = [await sandbox.node('n2', '172.31.0.12'), await sandbox.node('n3', '172.31.0.13')]
    const started = performance.now()
    first.start('server', `node-name: n1\n${common}`)
    const ready = [readyAt(first, started)]
    await until(() => first.bash(PING) === 'pong', '9345 of the first server')
    for (const node of joiners) {
      node.start('server', `node-name: ${node.name}\nserver: https://${FIRST}:9345\n${common}`)
      ready.push(readyAt(node, started))
    }
    return (await Promise.all(ready)).sort((a, b) => a - b)
  } finally {
    sandbox.destroy()
  }
}
