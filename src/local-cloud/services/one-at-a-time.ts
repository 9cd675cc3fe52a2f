import type { Hypervisor } from '../machines/hypervisor.ts'

/** The same hypervisor, with the power operations of each machine in the order in which they were asked for. */
export function oneAtATime(hypervisor: Hypervisor): Hypervisor {
  const last = new Map<string, Promise<void>>()
  const queued = (instanceId: string, work: () => Promise<void>): Promise<void> => {
    const done = (last.get(instanceId) ?? Promise.resolve()).catch(() => {}).then(work)
    last.set(instanceId, done)
    return done
  }
  return {
    create: (spec) => queued(spec.instanceId, () => hypervisor.create(spec)),
    start: (id) => queued(id, () => hypervisor.start(id)),
    stop: (id, options) => queued(id, () => hypervisor.stop(id, options)),
    destroy: (id) => queued(id, () => hypervisor.destroy(id)).finally(() => last.delete(id)),
    consoleOutput: (id) => hypervisor.consoleOutput(id),
    onPowerOff: (listener) => hypervisor.onPowerOff(listener),
    setFirewall: (rules) => hypervisor.setFirewall(rules),
    setBalancers: (listeners) => hypervisor.setBalancers(listeners),
    setNames: (names) => hypervisor.setNames(names),
    probeTcp: (options) => hypervisor.probeTcp(options),
  }
}
