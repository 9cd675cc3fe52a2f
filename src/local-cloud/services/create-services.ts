import { setMaxListeners } from 'node:events'
import type { Hypervisor } from '../machines/hypervisor.ts'
import type { Handlers } from '../wire/service.ts'
import type { World } from '../world/world.ts'
import type { Cloud, Operation } from './cloud.ts'
import { createConsistency } from './consistency/consistency.ts'
import { ec2Operations } from './ec2/operations.ts'
import { guestPoweredOff } from './ec2/power.ts'
import { elbOperations } from './elb/operations.ts'
import { elbv2Operations } from './elbv2/operations.ts'
import { guarded } from './guard.ts'
import { iamOperations } from './iam/operations.ts'
import { createNetworkSync } from './network-sync.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { pricingOperations } from './pricing/operations.ts'
import { quotasOperations } from './quotas/operations.ts'
import { ec2messagesOperations } from './ssm/agent-operations.ts'
import { createDoorbell } from './ssm/doorbell.ts'
import { ssmOperations } from './ssm/operations.ts'
import { stsOperations } from './sts.ts'
import { createAccountBuckets } from './throttling/account-buckets.ts'

export interface ServicesOptions {
  /** Told what went wrong behind an answered call, e.g. a sandbox that would not start. Default: standard error. */
  report?: (error: unknown) => void
}

/** AWS's services over one world and the machines that make it true. An operation that is missing is not there. */
export function createServices(
  world: World,
  machines: Hypervisor,
  { report = (error) => console.error(error) }: ServicesOptions = {},
): Handlers {
  // Every wait of the cloud listens to this one signal.
  setMaxListeners(0, world.signal)
  const hypervisor = oneAtATime(machines)
  const cloud: Cloud = {
    world,
    hypervisor,
    report,
    syncNetwork: hasNetwork(machines) ? createNetworkSync(world, hypervisor) : async () => {},
    doorbell: createDoorbell(world.signal),
  }
  hypervisor.onPowerOff((instanceId) => guestPoweredOff(cloud, instanceId))
  const guards = {
    consistency: createConsistency(world),
    buckets: world.throttles ? createAccountBuckets() : undefined,
  }
  const bind = (operations: Readonly<Record<string, Operation>>) =>
    Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, guarded(cloud, operation, guards)]),
    )
  return {
    ec2: bind(ec2Operations),
    elb: bind(elbOperations),
    elbv2: bind(elbv2Operations),
    iam: bind(iamOperations),
    sts: bind(stsOperations),
    ssm: bind(ssmOperations),
    ec2messages: bind(ec2messagesOperations),
    pricing: bind(pricingOperations),
    servicequotas: bind(quotasOperations),
  }
}

/** For a thousand machines that are only records, the rules between them would cost gigabytes and serve nothing. */
const hasNetwork = (machines: Hypervisor) => !('hasNetwork' in machines) || machines.hasNetwork !== false
