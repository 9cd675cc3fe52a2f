import { expect } from '@jest/globals'
import { closePort } from '../../close-port.ts'
import type { Cloud } from '../../cloud.ts'
import { onNode } from '../../run-command.ts'
import { CLUSTER, type Row, SERVERS, type Seen, seenIn, whileBroken } from '../row.ts'
import { NAMED } from './phases.ts'

const [FIRST = '', SECOND = '', THIRD = ''] = SERVERS
const AGENT = `${CLUSTER}-agent-1`
const verify = (cloud: Cloud, checks: string, settle = '5s') =>
  cloud.act('verify-ha', { ...NAMED, checks, 'settle-time': settle })

const fault = (name: string, run: (cloud: Cloud) => Promise<Seen>): Row => ({
  kind: 'fault',
  name,
  run: ({ cloud }) => run(cloud),
})

const PIDS = '/run/k3s/containers'
const KUBECTL = '/opt/local-cloud/kubectl --kubeconfig /etc/rancher/rke2/rke2.yaml'
const HOLDER = `${KUBECTL} -n kube-system get lease kube-controller-manager -o jsonpath={.spec.holderIdentity} 2>/dev/null`

/** The controllers of the light engine live in its API server. */
const KILL_CONTROLLERS = `kill -9 $(cat ${PIDS}/kube-controller-manager.pid 2>/dev/null || cat ${PIDS}/kube-apiserver.pid)`

// They are started again before the lease has lapsed, and would be as likely to win it as the others.
const KEEP_DOWN = `touch /run/keep-down
setsid sh -c 'while [ -e /run/keep-down ]; do ${KILL_CONTROLLERS}; sleep 0.5; done' </dev/null >/dev/null 2>&1 &
echo down`

const nodeOf = (holder: string) => holder.replace(/_.*/s, '')

/** @returns who leads, on which node, and another node to ask */
async function keepLeaderDown(cloud: Cloud) {
  const holder = await onNode(cloud, FIRST, HOLDER)
  const down = await Promise.all(
    SERVERS.map((node) =>
      onNode(cloud, node, `case ${holder} in ${node}_*|$(hostname)_*) ${KEEP_DOWN} ;; esac`),
    ),
  )
  const [leader = ''] = SERVERS.filter((_, at) => down[at])
  const [other = ''] = SERVERS.filter((node) => node !== leader)
  return { holder, leader, other }
}

/** As an operator who wants it gone: RKE2 stopped, so that nothing starts the member again. */
const killEtcd = (cloud: Cloud, node: string) =>
  onNode(cloud, node, 'systemctl stop rke2-server; pkill -9 -x etcd; true')
const start = (cloud: Cloud, ...nodes: string[]) =>
  Promise.all(nodes.map((node) => onNode(cloud, node, 'systemctl start --no-block rke2-server')))

// Kills the agent as soon as another command than the one that brings this runs.
const KILL_AGENT_IN_COMMAND = `cat >/run/kill-agent <<'END'
running() { pgrep -f '[o]rchestration.*_script.sh' >/dev/null; }
while running; do sleep 0.05; done
until running; do sleep 0.02; done
kill -9 $(systemctl show -p MainPID --value amazon-ssm-agent) && touch /run/agent-was-killed
END
setsid sh /run/kill-agent </dev/null >/dev/null 2>&1 &`

export const BREAKING: readonly Row[] = [
  fault('an API server killed', async (cloud) => {
    const pid = `cat ${PIDS}/kube-apiserver.pid`
    const before = await onNode(cloud, FIRST, pid)
    await onNode(cloud, FIRST, `kill -9 ${before}`)
    const seen = seenIn(await verify(cloud, 'etcd,api', '60s'), 'pass', /✓ api: /)
    expect(await onNode(cloud, FIRST, pid)).not.toBe(before)
    return { ...seen, cause: 'it is started again' }
  }),
  fault('the leader of the controller-manager killed', async (cloud) => {
    const { holder, leader, other } = await keepLeaderDown(cloud)
    const next = `for i in $(seq 60); do h=$(${HOLDER}) && [ "$h" != "${holder}" ] && break; sleep 1; done; echo "$h"`
    const after = await onNode(cloud, other, next)
    await onNode(cloud, leader, 'rm /run/keep-down')
    expect(nodeOf(after)).not.toBe(nodeOf(holder))
    const seen = seenIn(await verify(cloud, 'leases', '60s'), 'pass', /✓ leases: /)
    expect(await onNode(cloud, other, next)).toBe(after)
    return { ...seen, cause: 'another takes the lease' }
  }),
  fault('the SSM agent killed in the middle of a command', async (cloud) => {
    await onNode(cloud, FIRST, KILL_AGENT_IN_COMMAND)
    const seen = seenIn(await verify(cloud, 'etcd,api,conformance', '60s'), 'pass', /✓ etcd: /)
    await onNode(cloud, FIRST, 'ls /run/agent-was-killed')
    return { ...seen, cause: 'the command ends all the same, and is told when the agent is back' }
  }),
  fault('UDP 8472 closed by the security group', async (cloud) => {
    const open = await closePort(cloud, CLUSTER, 8472)
    // Flows that the firewall tracks already live on, as on AWS, until they were idle for a while.
    await onNode(cloud, FIRST, 'sleep 1')
    return whileBroken(open, async () =>
      seenIn(await verify(cloud, 'connectivity'), 'fail', /open UDP 8472 \(VXLAN\)/),
    )
  }),
  fault('UDP 8472 open again', async (cloud) => {
    const seen = seenIn(await verify(cloud, 'connectivity'), 'pass', /✓ connectivity: /)
    return { ...seen, cause: 'it heals by itself' }
  }),
  fault('the VXLAN device of an agent down', async (cloud) => {
    await onNode(cloud, AGENT, 'ip link set cilium_vxlan down')
    const mend = () => onNode(cloud, AGENT, 'ip link set cilium_vxlan up')
    return whileBroken(mend, async () =>
      seenIn(await verify(cloud, 'conformance'), 'fail', /\[sig-network\]/),
    )
  }),
  fault('one etcd killed', async (cloud) => {
    await killEtcd(cloud, THIRD)
    const run = await verify(cloud, 'etcd')
    expect(run.outputs['verdict']).toBe('fail')
    return seenIn(run, 'fail', new RegExp(`(?<=✗ etcd: .*)${THIRD}`))
  }),
  fault('two etcds killed', async (cloud) => {
    await killEtcd(cloud, SECOND)
    const run = await verify(cloud, 'etcd,api')
    expect(run.log).toMatch(/✗ api: /)
    return seenIn(run, 'fail', /(?<=✗ etcd: )quorum lost: \d of 3 voters healthy, 2 needed/)
  }),
  fault('quorum regained', async (cloud) => {
    await start(cloud, SECOND, THIRD)
    const run = await verify(cloud, 'etcd,api,leases,nodes', '90s')
    expect(run.log).toMatch(/✓ leases: /)
    return { ...seenIn(run, 'pass', /✓ etcd: /), cause: 'it heals by itself' }
  }),
  fault('two etcds killed for good', async (cloud) => {
    await Promise.all([SECOND, THIRD].map((node) => killEtcd(cloud, node)))
    return seenIn(
      await verify(cloud, 'etcd', '1s'),
      'fail',
      /(?<=✗ etcd: )quorum lost: \d of 3 voters healthy, 2 needed/,
    )
  }),
]
