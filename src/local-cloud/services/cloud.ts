import type { Hypervisor } from '../machines/hypervisor.ts'
import type { Call, Handler } from '../wire/service.ts'
import type { World } from '../world/world.ts'
import type { Doorbell } from './ssm/doorbell.ts'

/** What an operation works with: the state, and the means to make it true. */
export interface Cloud {
  world: World
  hypervisor: Hypervisor
  /** Carries the world's groups, balancers and names to the hypervisor; resolves when they are in force. */
  syncNetwork(): Promise<void>
  /** Wakes the agents that wait for messages. */
  doorbell: Doorbell
  /** Something went wrong behind an answered call. */
  report(error: unknown): void
}

/** An operation of AWS, and the parameters that it honours: any other is refused, never ignored. */
export interface Operation {
  handle(cloud: Cloud): Handler
  parameters: readonly string[]
}

export function operation<Input extends object>(
  run: (cloud: Cloud, input: Input, call: Call) => unknown,
  parameters: readonly (keyof Input & string)[] = [],
): Operation {
  return { parameters, handle: (cloud) => (input: Input, call) => run(cloud, input, call) }
}
