import { isGone, type TargetHealth } from '../aws/balancer.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { counted } from '../kit/counted.ts'
import type { BalancerProbe } from './balancer-script.ts'
import { type Check, fail, pass, skip, type Verdict } from './check.ts'

export const balancer: Check = {
  name: 'balancer',
  claim:
    'The load balancer has every server as a healthy target, reaches each of them, and leads to API servers that are ready, with a certificate that holds.',
  settles: true,
  async run(facts) {
    const [state, { servers }] = await Promise.all([facts.balancer(), facts.nodes()])
    if (!state) return skip('this cluster has no load balancer')
    return judgeBalancer(state.targets, await facts.throughBalancer(state), servers)
  },
}

export function judgeBalancer(
  targets: readonly TargetHealth[],
  probe: BalancerProbe,
  servers: readonly ClusterNode[],
): Verdict {
  const evidence = [
    ...targets.map((target) => describeTarget(target, servers)),
    ...probe.addresses.map(describeAddress),
    `${counted(probe.certificates, 'server')} met in ${counted(probe.connections, 'connection')} from ${probe.from}, ${probe.refused} failed`,
  ]
  // What took its place is judged.
  const judged = targets.filter((target) => !isGone(target, servers))
  const verdict =
    judgeTargets(judged, servers) ??
    judgeAddresses(probe) ??
    judgeTurns(probe, servers.length) ??
    pass(
      `${counted(judged.length, 'target')} healthy, ${counted(probe.addresses.length, 'address answers', 'addresses answer')}, ${probe.certificates} of ${counted(servers.length, 'server')} reached in turn`,
    )
  return { ...verdict, evidence }
}

function judgeTargets(
  targets: readonly TargetHealth[],
  servers: readonly ClusterNode[],
): Verdict | undefined {
  const ports = [...new Set(targets.map(({ port }) => port))]
  if (!ports.length)
    return fail('the load balancer has no targets', 'Run provision-nodes again: it registers the servers.')
  const missing = servers.flatMap(({ instanceId, name }) =>
    ports
      .filter((port) => !targets.some((one) => one.instanceId === instanceId && one.port === port))
      .map((port) => `${name}:${port}`),
  )
  if (missing.length)
    return fail(`not a target: ${missing.join(', ')}`, 'Run provision-nodes again: it registers the servers.')
  const ill = targets.filter(({ state }) => state !== 'healthy')
  if (!ill.length) return undefined
  return fail(`not healthy: ${ill.map((one) => describeTarget(one, servers)).join('; ')}`, remedyFor(ill))
}

function remedyFor(ill: readonly TargetHealth[]): string {
  if (ill.some(({ state }) => state === 'unused'))
    return 'The target’s zone has no subnet of the load balancer: this never heals by itself. Add a subnet of that zone.'
  if (ill.some(({ state }) => state === 'initial'))
    return 'Registration takes up to 5 minutes on AWS: run verify-ha again, or raise settle-time.'
  return 'Look at 6443 on that server, and whether the servers’ security group lets the load balancer’s in on 6443.'
}

function judgeAddresses({ addresses }: BalancerProbe): Verdict | undefined {
  if (!addresses.length)
    return fail(
      'the load balancer’s name has no address',
      'A name that does not resolve belongs to a load balancer that is still being made, or is gone.',
    )
  const bad = addresses.filter(({ api, supervisor }) => api !== 200 || supervisor !== 200)
  if (!bad.length) return undefined
  return fail(`no good answer through ${bad.map(({ ip }) => ip).join(', ')}`, remedyThrough(bad))
}

function remedyThrough(bad: BalancerProbe['addresses']): string {
  if (bad.some(({ api, error }) => [401, 403].includes(api) || /client cert/i.test(error)))
    return 'The certificate of the asking node’s kubelet is not accepted, or not there: rke2 certificate check tells its dates, and a restart of RKE2 renews it.'
  if (bad.some(({ error }) => /certificate|SSL|TLS/i.test(error)))
    return 'The certificate does not hold for the load balancer’s name: it must be in tls-san of every server.'
  if (bad.some(({ api }) => api >= 500))
    return 'An API server behind it is not ready: see the checks etcd and api.'
  return 'Look at the targets’ health and the load balancer’s security group (6443 and 9345).'
}

function judgeTurns({ certificates, connections }: BalancerProbe, servers: number): Verdict | undefined {
  if (certificates >= servers) return undefined
  return fail(
    `only ${certificates} of ${counted(servers, 'server')} reached in ${counted(connections, 'connection')}`,
    'Turn cross-zone load balancing on, and look whether each server accepts connections from the load balancer.',
  )
}

function describeTarget(target: TargetHealth, servers: readonly ClusterNode[]): string {
  const name = servers.find(({ instanceId }) => instanceId === target.instanceId)?.name ?? target.instanceId
  const why = [target.reason, target.description].filter(Boolean).join(', ')
  return `${name}:${target.port} ${target.state}${why ? ` (${why})` : ''}`
}

const describeAddress = ({ ip, api, supervisor, error }: BalancerProbe['addresses'][number]) =>
  `${ip}: 6443 ${api || 'no answer'}, 9345 ${supervisor || 'no answer'}${error ? ` (${error})` : ''}`
