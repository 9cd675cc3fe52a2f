import { AwsFault } from '../../wire/service.ts'
import { shortHash } from '../../world/ids.ts'
import type { Listener, LoadBalancer } from '../../world/load-balancer.ts'
import type { TargetGroup } from '../../world/target-group.ts'
import type { World } from '../../world/world.ts'

/** @throws AwsFault LoadBalancerNotFound */
export function balancerByArn(world: World, arn: string | undefined): LoadBalancer {
  const balancer = world.loadBalancers.get(arn ?? '')
  if (!balancer) throw new AwsFault('LoadBalancerNotFound', `Load balancer '${arn}' not found`)
  return balancer
}

/** @throws AwsFault TargetGroupNotFound */
export function groupByArn(world: World, arn: string | undefined): TargetGroup {
  const group = world.targetGroups.get(arn ?? '')
  if (!group) throw new AwsFault('TargetGroupNotFound', `Target groups '${arn}' not found`)
  return group
}

/** @throws AwsFault ListenerNotFound */
export function listenerByArn(world: World, arn: string | undefined): Listener {
  const listener = world.listeners.get(arn ?? '')
  if (!listener) throw new AwsFault('ListenerNotFound', `Listener '${arn}' not found`)
  return listener
}

/** @throws AwsFault InvalidSecurityGroup */
export function refuseMissingGroups({ securityGroups }: World, ids: readonly string[]): void {
  const missing = ids.find((id) => !securityGroups.has(id))
  if (missing !== undefined)
    throw new AwsFault('InvalidSecurityGroup', `Security group '${missing}' does not exist`)
}

/** Letters, digits and inner hyphens, at most 32. @throws AwsFault ValidationError */
export function refuseName(name: string, what: string): void {
  if (name.length > 32)
    throw new AwsFault('ValidationError', `${what} name '${name}' cannot be longer than '32' characters`)
  if (!/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(name))
    throw new AwsFault(
      'ValidationError',
      `${what} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-), and must not begin or end with a hyphen`,
    )
}

/** Sixteen hex digits, as they end the ARNs of load balancing; other for each creation of the same name. */
export const resourceId = (world: World, name: string) => shortHash(`${name}@${world.clock.now()}`, 16)

export const elbArn = (world: World, path: string) =>
  `arn:aws:elasticloadbalancing:${world.region}:${world.account}:${path}`
