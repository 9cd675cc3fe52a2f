import type { Route } from '../../../src/local-cloud/world/balancers.ts'
import { BALANCER_ATTRIBUTES, type LoadBalancer } from '../../../src/local-cloud/world/load-balancer.ts'
import {
  HEALTH_CHECK,
  type Target,
  type TargetGroup,
  targetGroupAttributes,
  UNCHECKED,
} from '../../../src/local-cloud/world/target-group.ts'
import type { TargetHealth } from '../../../src/local-cloud/world/target-health.ts'

const KEY = 'load_balancing.cross_zone.enabled'

/** A balancer in zones a and b, at addresses `lb-a` and `lb-b`. */
export const balancerIn = (crossZone: boolean, state: LoadBalancer['state'] = 'active'): LoadBalancer => ({
  arn: 'lb',
  name: 'lb',
  dnsName: 'lb.example',
  scheme: 'internal',
  groupIds: [],
  nodes: ['a', 'b'].map((zone) => ({ zone, subnetId: zone, address: `lb-${zone}`, interfaceId: zone })),
  state,
  createdAt: 0,
  attributes: { ...BALANCER_ATTRIBUTES, [KEY]: String(crossZone) },
})

export const targetIn = (zone: string, address: string): Target => ({
  id: address,
  port: 6443,
  address,
  zone,
  registeredAt: 0,
  drainsUntil: undefined,
  check: UNCHECKED,
})

const group: TargetGroup = {
  arn: 'tg',
  name: 'tg',
  port: 6443,
  targetType: 'instance',
  vpcId: 'vpc-1',
  healthCheck: HEALTH_CHECK,
  attributes: targetGroupAttributes('instance'),
  targets: new Map(),
}

/** Targets written `a1 healthy`: the zone's letter begins the address. */
export function routeOf(balancer: LoadBalancer, targets: readonly string[]): Route {
  return {
    balancer,
    group,
    listener: { arn: 'l', balancerArn: 'lb', port: 6443, targetGroupArn: 'tg' },
    targets: targets.map((text) => {
      const [address = '', state = ''] = text.split(' ')
      return {
        target: targetIn(address.charAt(0), address),
        health: { state: state as TargetHealth['state'] },
      }
    }),
  }
}
