import type { BalancerListener } from '../machines/hypervisor.ts'
import type { Listener, LoadBalancer } from './load-balancer.ts'
import type { Target, TargetGroup } from './target-group.ts'
import type { TargetHealth } from './target-health.ts'

/** A balancer's listener with what it needs to route. */
export interface Route {
  balancer: LoadBalancer
  listener: Listener
  group: TargetGroup
  targets: readonly { target: Target; health: TargetHealth }[]
}

/** The whole data plane: who may get a connection now, for each listener of an active balancer. */
export function balancersOf(routes: readonly Route[]): BalancerListener[] {
  return routes
    .filter(({ balancer }) => balancer.state === 'active')
    .flatMap((route) => {
      const { balancer, listener, group } = route
      const preserveClientIp = group.attributes['preserve_client_ip.enabled'] === 'true'
      const common = { port: listener.port, preserveClientIp }
      if (isCrossZone(route))
        return [{ ...common, addresses: balancer.nodes.map(({ address }) => address), targets: open(route) }]
      return balancer.nodes.map(({ address, zone }) => ({
        ...common,
        addresses: [address],
        targets: open(route, zone),
      }))
    })
}

/** The target group decides, unless it leaves it to the balancer. */
function isCrossZone({ balancer, group }: Route): boolean {
  const key = 'load_balancing.cross_zone.enabled'
  const own = group.attributes[key]
  return (own === 'true' || own === 'false' ? own : balancer.attributes[key]) === 'true'
}

/** Healthy targets; when there is none, the unhealthy ones: an NLB fails open. */
function open({ targets }: Route, zone?: string): BalancerListener['targets'] {
  const here = targets.filter(({ target }) => zone === undefined || target.zone === zone)
  const healthy = here.filter(({ health }) => health.state === 'healthy')
  const chosen = healthy.length > 0 ? healthy : here.filter(({ health }) => health.state === 'unhealthy')
  return chosen.map(({ target: { address, port } }) => ({ address, port }))
}

/**
 * What the resolver knows: an active balancer's name, with the addresses of the zones that have a healthy target for
 * every listener. When no zone has, all of them are named.
 */
export function namesOf(
  balancers: Iterable<LoadBalancer>,
  routes: readonly Route[],
): Record<string, string[]> {
  const names: Record<string, string[]> = {}
  for (const balancer of balancers) {
    if (balancer.state !== 'active') continue
    const own = routes.filter((route) => route.balancer.arn === balancer.arn)
    const serving = balancer.nodes.filter(({ zone }) => own.every((route) => hasHealthy(route, zone)))
    const named = serving.length > 0 ? serving : balancer.nodes
    names[balancer.dnsName] = named.map(({ address }) => address)
  }
  return names
}

const hasHealthy = (route: Route, zone: string) =>
  route.targets.some(
    ({ target, health }) => health.state === 'healthy' && (isCrossZone(route) || target.zone === zone),
  )
