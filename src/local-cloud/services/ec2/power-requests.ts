import type {
  InstanceStateChange,
  RebootInstancesRequest,
  StartInstancesRequest,
  StopInstancesRequest,
  TerminateInstancesRequest,
} from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import {
  type Instance,
  type InstanceState,
  nextState,
  type Request,
  STATE_CODES,
} from '../../world/instance.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { instancesById } from './describe-instances.ts'
import { endDryRun } from './dry-run.ts'
import { powerOff, powerOn, reboot } from './power.ts'

/** All or nothing: one id that isn't there, or is protected, and none is touched. */
export function terminateInstances(cloud: Cloud, input: TerminateInstancesRequest) {
  const instances = instancesById(cloud.world, input.InstanceIds ?? [])
  const held = instances.find((one) => one.terminationProtected && one.state !== 'terminated')
  if (held)
    throw new AwsFault(
      'OperationNotPermitted',
      `The instance '${held.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    )
  endDryRun(input)
  const force = Boolean(input.SkipOsShutdown)
  for (const { id } of instances) powerOff(cloud, id, { to: 'terminate', cause: 'terminate', force })
  return { TerminatingInstances: changes(cloud.world, instances) }
}

/** @throws AwsFault IncorrectInstanceState */
export function stopInstances(cloud: Cloud, input: StopInstancesRequest) {
  const instances = instancesById(cloud.world, input.InstanceIds ?? [])
  refuseState(instances, 'stop')
  endDryRun(input)
  const force = Boolean(input.SkipOsShutdown)
  for (const { id } of instances) powerOff(cloud, id, { to: 'stop', cause: 'stop', force })
  return { StoppingInstances: changes(cloud.world, instances) }
}

/** @throws AwsFault IncorrectInstanceState */
export function startInstances(cloud: Cloud, input: StartInstancesRequest) {
  const { world } = cloud
  const instances = instancesById(world, input.InstanceIds ?? [])
  refuseState(instances, 'start')
  endDryRun(input)
  for (const instance of instances.filter(({ state }) => state === 'stopped')) {
    world.instances.set(instance.id, { ...instance, state: 'pending', launchedAt: world.clock.now() })
    powerOn(cloud, instance.id, 'start')
  }
  return { StartingInstances: changes(world, instances) }
}

/** @throws AwsFault IncorrectState */
export function rebootInstances(cloud: Cloud, input: RebootInstancesRequest): void {
  const instances = instancesById(cloud.world, input.InstanceIds ?? [])
  const wrong = instances.find(({ state }) => state !== 'running')
  if (wrong)
    throw new AwsFault('IncorrectState', `Instance ${wrong.id} is not running, it is ${wrong.state}.`)
  endDryRun(input)
  for (const { id } of instances) reboot(cloud, id)
}

function refuseState(instances: readonly Instance[], request: Request): void {
  const wrong = instances.find(({ state }) => nextState(state, request) === undefined)
  if (wrong)
    throw new AwsFault(
      'IncorrectInstanceState',
      `The instance '${wrong.id}' is not in a state from which it can be ${request === 'stop' ? 'stopped' : 'started'}.`,
    )
}

function changes(world: World, before: readonly Instance[]): InstanceStateChange[] {
  const view = (state: InstanceState) => ({ Code: STATE_CODES[state], Name: state })
  return before.map(({ id, state }) => ({
    InstanceId: id,
    PreviousState: view(state),
    CurrentState: view(world.instances.get(id)?.state ?? state),
  }))
}
