import type { Hypervisor } from '../machines/hypervisor.ts'
import { balancersOf, namesOf, type Route } from '../world/balancers.ts'
import { firewallOf } from '../world/firewall.ts'
import { targetHealth } from '../world/target-health.ts'
import type { World } from '../world/world.ts'
import { surroundings } from './elbv2/surroundings.ts'

/**
 * Hands the whole network state to the hypervisor whenever it differs from what it has. Calls made while one is under
 * way share the next one, so that a hundred changes cost two.
 */
export function createNetworkSync(world: World, hypervisor: Hypervisor): () => Promise<void> {
  const firewall = whenChanged(hypervisor.setFirewall)
  const balancers = whenChanged(hypervisor.setBalancers)
  const names = whenChanged(async (value: Record<string, string[]>) => hypervisor.setNames(value))
  const once = async () => {
    const routes = routesOf(world)
    await firewall(firewallOf(world.interfaces.values(), world.securityGroups))
    await balancers(balancersOf(routes))
    await names(namesOf(world.loadBalancers.values(), routes))
  }
  return coalesced(once)
}

/** Every listener with its balancer, its target group and the health of each target. */
function routesOf(world: World): Route[] {
  return [...world.listeners.values()].flatMap((listener) => {
    const balancer = world.loadBalancers.get(listener.balancerArn)
    const group = world.targetGroups.get(listener.targetGroupArn)
    if (!balancer || !group) return []
    const targets = [...group.targets.values()].map((target) => ({
      target,
      health: targetHealth(target, surroundings(world, group, target)),
    }))
    return [{ balancer, listener, group, targets }]
  })
}

function whenChanged<Value>(carry: (value: Value) => Promise<void>): (value: Value) => Promise<void> {
  let inForce: string | undefined
  return async (value) => {
    const text = JSON.stringify(value)
    if (text === inForce) return
    await carry(value)
    inForce = text
  }
}

function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const start = () => {
    running = work().finally(() => {
      running = undefined
    })
    return running
  }
  return () => {
    if (!running) return start()
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined
        return start()
      })
    return next
  }
}
