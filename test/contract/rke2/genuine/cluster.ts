import { condition, type Item, isUp, type Member, members, nodeNamed, nodesSeenBy } from '../ask.ts'
import { createSandbox, type Sandbox, type SandboxNode, until } from '../sandbox.ts'

export const FIRST = '172.31.0.11'
export const RKE2 = '/var/lib/rancher/rke2'

/** Three servers, n1 to n3, and an agent, n4. */
export interface Cluster {
  sandbox: Sandbox
  n1: SandboxNode
  n2: SandboxNode
  n3: SandboxNode
  n4: SandboxNode
  secret: string
  fullToken: string
  /** What was seen of the first server, in the order of first sight. */
  firstServer: string[]
  /** What the API and etcd said while two servers joined. */
  joining: { nodes: Item[]; members: Member[] }[]
}

export const config = (name: string, more = ''): string =>
  `node-name: ${name}\ncni: cilium\ndisable-kube-proxy: true\n${more}`
export const join = (name: string, token: string): string =>
  config(name, `server: https://${FIRST}:9345\ntoken: "${token}"\n`)
/** curl's arguments. */
export const credentials = ({ secret }: Pick<Cluster, 'secret'>, as: string): string =>
  as === 'anonymous' ? '' : `-u '${as}:${secret}'`

/**
 * Looks every few ms for what has not been seen yet. What comes last is asked first: of two things that come while a round is
 * asked, the later one is then never seen without the earlier one.
 */
const WATCH = `
seen() { grep -q "^$1\\$" /run/seen 2>/dev/null || { "\${@:2}" >/dev/null 2>&1 && new="$1 $new"; } || true; }
port() { (exec 3<>"/dev/tcp/127.0.0.1/$1"); }
code() { [ "$(curl -sk -m 1 -o /dev/null -w '%{http_code}' "\${@:2}")" = "$1" ]; }
T=${RKE2}/server/tls
until grep -q 'up and running' /run/rke2.log && grep -q '^/v1-rke2/readyz' /run/seen; do
  new=
  seen /v1-rke2/readyz code 200 -u "node:$(sed 's/.*://' ${RKE2}/server/token)" https://127.0.0.1:9345/v1-rke2/readyz
  seen Node code 200 --cert $T/client-admin.crt --key $T/client-admin.key https://127.0.0.1:6443/api/v1/nodes/n1
  seen 6443 code 401 https://127.0.0.1:6443/readyz
  seen 2379 port 2379
  seen /ping code 200 https://127.0.0.1:9345/ping
  for one in $new; do echo "$one" >>/run/seen; done
  sleep 0.02
done`

/**
 * Starts all of it, the others as soon as the first server's token and 9345 are there. `sandbox.destroy()` takes it away.
 * @param kubernetes directory of upstream's programs; without it the light engine runs
 */
export async function startCluster(kubernetes?: string): Promise<Cluster> {
  const sandbox = await createSandbox(kubernetes)
  try {
    return await startIn(sandbox)
  } catch (error) {
    sandbox.destroy()
    throw error
  }
}

async function startIn(sandbox: Sandbox): Promise<Cluster> {
  const [n1, n2, n3, n4] = await Promise.all([
    sandbox.node('n1', FIRST),
    sandbox.node('n2', '172.31.0.12'),
    sandbox.node('n3', '172.31.0.13'),
    sandbox.node('n4', '172.31.0.14'),
  ])
  n1.bash(`touch /run/rke2.log /run/seen; (${WATCH}) </dev/null >/dev/null 2>&1 &`)
  n1.start('server', config('n1'))
  const seen = () => n1.bash('cat /run/seen').trim().split('\n')
  await until(() => seen().includes('/ping'), '9345 of the first server')
  const fullToken = n1.bash(`cat ${RKE2}/server/token`).trim()
  const secret = fullToken.replace(/.*:/, '')
  n2.start('server', join('n2', secret))
  n3.start('server', join('n3', fullToken))
  n4.start('agent', `${join('n4', secret)}node-taint: [dedicated=x:NoSchedule]\n`)
  const joining: Cluster['joining'] = []
  const look = () => joining.push({ nodes: nodesSeenBy(n1), members: members(n1) })
  await until(() => look() > 0 && [n1, n2, n3].every((node) => isUp(node)()), 'three servers at once', 90)
  await until(() => isWhole(n1), 'three voters and four nodes Ready')
  await until(() => seen().includes('/v1-rke2/readyz'), 'readyz of the first server')
  return { sandbox, n1, n2, n3, n4, secret, fullToken, firstServer: seen(), joining }
}

const isWhole = (n1: SandboxNode): boolean =>
  ['n1', 'n2', 'n3'].every((name) => condition(nodeNamed(n1, name), 'EtcdIsVoter')) &&
  nodesSeenBy(n1).filter((node) => condition(node, 'Ready')?.status === 'True').length === 4

export const memberOf = (seenBy: SandboxNode, name: string): Member | undefined =>
  members(seenBy).find((member) => member.name?.startsWith(`${name}-`))

/** Starts it again with what it has, and waits until it is up. */
export async function restart(node: SandboxNode, settings = config(node.name)): Promise<void> {
  node.bash(': >/run/rke2.log')
  node.start('server', settings)
  await until(isUp(node), `${node.name} again`, 60)
}
