import { hostnameOf } from '../../world/addresses.ts'
import {
  type Instance,
  type InstanceState,
  isAlive,
  type LaunchDeath,
  reasonOf,
} from '../../world/instance.ts'
import { revokeKeys } from '../../world/issued-key.ts'
import type { World } from '../../world/world.ts'
import { delay, inBackground } from '../after.ts'
import type { Cloud } from '../cloud.ts'
import { metadataOf } from './metadata.ts'

/** What EC2 typically takes, in seconds; own estimates, as AWS publishes none. */
const PENDING_SECONDS = 15
const DYING_SECONDS = 5
const STOPPING_SECONDS = 20
const SHUTTING_DOWN_SECONDS = 40
/** "Visible for about an hour" (EC2 user guide, instance life cycle). */
const REMEMBERED_SECONDS = 3600

function change(world: World, id: string, values: Partial<Instance>): Instance | undefined {
  const instance = world.instances.get(id)
  if (!instance) return undefined
  const changed = { ...instance, ...values }
  world.instances.set(id, changed)
  return changed
}

const stateOf = (world: World, id: string): InstanceState | undefined => world.instances.get(id)?.state

/** The first power-on, or a later one; the instance is pending already. */
export function powerOn(cloud: Cloud, id: string, how: 'create' | 'start'): void {
  inBackground(cloud, async () => {
    const { world } = cloud
    await Promise.all([delay(world, PENDING_SECONDS), switchOn(cloud, id, how)])
    if (stateOf(world, id) === 'pending') change(world, id, { state: 'running', reason: undefined })
    await cloud.syncNetwork()
  })
}

/** EC2 took the launch on and can't carry it out. */
export function dieAtLaunch(cloud: Cloud, id: string, cause: LaunchDeath): void {
  inBackground(cloud, async () => {
    await delay(cloud.world, DYING_SECONDS)
    powerOff(cloud, id, { to: 'terminate', cause, force: true })
  })
}

async function switchOn(cloud: Cloud, id: string, how: 'create' | 'start'): Promise<void> {
  const { world, hypervisor } = cloud
  const instance = world.instances.get(id)
  if (!instance || !isAlive(instance)) return
  try {
    if (how === 'start') return await hypervisor.start(id)
    await hypervisor.create({
      instanceId: id,
      privateIp: instance.privateIp,
      hostname: hostnameOf(instance.privateIp),
      userData:
        instance.userData === undefined
          ? undefined
          : Buffer.from(instance.userData, 'base64').toString('utf8'),
      metadata: () => metadataOf(world, id),
    })
  } catch (error) {
    cloud.report(error)
    powerOff(cloud, id, { to: 'terminate', cause: 'failed', force: true })
  }
}

export interface PowerOff {
  to: 'stop' | 'terminate'
  cause: 'stop' | 'terminate' | 'guest' | 'failed' | LaunchDeath
  force: boolean
}

/** Takes the power away, for a while or for good. Asking twice does no harm. */
export function powerOff(cloud: Cloud, id: string, { to, cause, force }: PowerOff): void {
  const { world } = cloud
  const before = stateOf(world, id)
  const terminal = to === 'terminate'
  const state = terminal ? 'shutting-down' : 'stopping'
  if (before === undefined || before === state || before === 'terminated') return
  if (!terminal && before !== 'running' && before !== 'pending') return
  change(world, id, { state, reason: reasonOf(cause, world.clock.now()) })
  inBackground(cloud, () => (terminal ? terminate(cloud, id, force) : stop(cloud, id, force)))
}

async function stop(cloud: Cloud, id: string, force: boolean): Promise<void> {
  const { world, hypervisor } = cloud
  await cloud.syncNetwork()
  await Promise.all([hypervisor.stop(id, { force }), force || delay(world, STOPPING_SECONDS)])
  if (stateOf(world, id) === 'stopping') change(world, id, { state: 'stopped' })
  cloud.doorbell.ring(id)
}

async function terminate(cloud: Cloud, id: string, force: boolean): Promise<void> {
  const { world, hypervisor } = cloud
  await cloud.syncNetwork()
  await Promise.all([hypervisor.destroy(id), force || delay(world, SHUTTING_DOWN_SECONDS)])
  const instance = change(world, id, { state: 'terminated' })
  if (instance) world.interfaces.delete(instance.interfaceId)
  releaseVolumes(world, id)
  revokeKeys(world, id)
  world.nodes.delete(id)
  world.registrations.delete(id)
  cloud.doorbell.ring(id)
  await cloud.syncNetwork()
  await delay(world, REMEMBERED_SECONDS)
  world.instances.delete(id)
  world.tags.delete(id)
}

/** The machine keeps its state and its addresses; only what runs in it starts anew. */
export function reboot(cloud: Cloud, id: string): void {
  inBackground(cloud, async () => {
    await cloud.hypervisor.stop(id, { force: false })
    await cloud.hypervisor.start(id)
  })
}

function releaseVolumes(world: World, instanceId: string): void {
  for (const volume of [...world.volumes.values()].filter((one) => one.instanceId === instanceId)) {
    if (volume.deleteOnTermination) world.volumes.delete(volume.id)
    else world.volumes.set(volume.id, { ...volume, instanceId: undefined })
  }
}

/** The guest shut itself down: the instance stops, or is terminated when it was launched so. */
export function guestPoweredOff(cloud: Cloud, id: string): void {
  const behavior = cloud.world.instances.get(id)?.shutdownBehavior
  if (behavior) powerOff(cloud, id, { to: behavior, cause: 'guest', force: true })
}
