import type { Hypervisor, MachineSpec } from '../machines/hypervisor.ts'
import type { Handlers } from '../wire/service.ts'
import type { World } from '../world/world.ts'
import { type Answer, caller, register, serve } from './recorded-agent.ts'

export interface RecordHypervisor extends Hypervisor {
  /** There is no network to enforce. */
  readonly hasNetwork: false
  /** Gives the machines the services to talk to. Before that none may be created. */
  connect(handlers: Handlers): void
}

export interface RecordHypervisorOptions {
  world: World
  answer: Answer
}

/**
 * Machines that are only records, so that a thousand cost nothing: each is an agent that registers, takes its commands by
 * the agent's own operations, and answers at once from `answer`. Every health check succeeds.
 */
export function recordHypervisor({ world, answer }: RecordHypervisorOptions): RecordHypervisor {
  let handlers: Handlers | undefined
  const running = new Set<string>()
  const specs = new Map<string, MachineSpec>()
  const boot = async (instanceId: string) => {
    const spec = specs.get(instanceId)
    if (!handlers || !spec) throw new Error(`${instanceId} has no services to talk to: connect() comes first`)
    running.add(instanceId)
    const machine = { instanceId, privateIp: spec.privateIp, call: caller(handlers, world, spec.metadata) }
    const isOn = () => running.has(instanceId)
    // Without a role its calls are refused: the machine runs, and never registers. Off, it falls silent.
    register(machine)
      .then(() => serve(machine, isOn, answer, world))
      .catch(() => {})
  }
  const off = async (instanceId: string) => {
    running.delete(instanceId)
  }
  return {
    hasNetwork: false,
    connect: (services) => {
      handlers = services
    },
    create: (spec) => {
      specs.set(spec.instanceId, spec)
      return boot(spec.instanceId)
    },
    start: boot,
    stop: off,
    destroy: async (instanceId) => {
      specs.delete(instanceId)
      await off(instanceId)
    },
    consoleOutput: () => '',
    onPowerOff: () => {},
    setFirewall: async () => {},
    setBalancers: async () => {},
    setNames: () => {},
    probeTcp: async () => true,
  }
}
