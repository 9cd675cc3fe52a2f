import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { nextAddress, toAddress, toNumber } from '../../world/addresses.ts'
import { newId } from '../../world/ids.ts'
import type { Instance } from '../../world/instance.ts'
import { macOf } from '../../world/network-interface.ts'
import type { World } from '../../world/world.ts'
import type { LaunchPlan } from './launch-plan.ts'
import { addTags } from './tags.ts'

/** Registration six minutes late is the slowest seen (DataDog/stratus-red-team issue 108). */
const SLOW_REGISTRATION_SECONDS = 360
/** RFC 2544's benchmarking range: never routed, so a public address of ours can't be taken for a real one. */
const PUBLIC_BASE = toNumber('198.18.0.0')

/**
 * Writes one instance with its interface and volumes into the world.
 * @throws AwsFault InsufficientFreeAddressesInSubnet
 */
export function recordLaunch(
  world: World,
  plan: LaunchPlan,
  input: RunInstancesRequest,
  reservation: { id: string; index: number },
): Instance {
  const privateIp = takeAddress(world, plan.subnet.id)
  const id = newId('i')
  const interfaceId = newId('eni')
  world.interfaces.set(interfaceId, {
    id: interfaceId,
    subnetId: plan.subnet.id,
    zone: plan.subnet.zone,
    privateIp,
    mac: macOf(privateIp),
    description: input.NetworkInterfaces?.[0]?.Description ?? '',
    groupIds: plan.groupIds,
    instanceId: id,
    balancerArn: undefined,
  })
  addTags(world, interfaceId, plan.tags['network-interface'] ?? {})
  recordVolumes(world, plan, id)
  const instance = newInstance(world, plan, input, { id, interfaceId, privateIp, reservation })
  world.instances.set(id, instance)
  addTags(world, id, plan.tags['instance'] ?? {})
  return instance
}

/** The next free address of a subnet. @throws AwsFault InsufficientFreeAddressesInSubnet */
export function takeAddress(world: World, subnetId: string): string {
  const subnet = world.network.subnets.get(subnetId)
  const used = new Set([...world.interfaces.values()].map(({ privateIp }) => privateIp))
  const address = subnet && nextAddress(subnet, used, world.lastAddresses.get(subnetId))
  if (address === undefined)
    throw new AwsFault(
      'InsufficientFreeAddressesInSubnet',
      `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`,
    )
  world.lastAddresses.set(subnetId, address)
  return address
}

function recordVolumes(world: World, plan: LaunchPlan, instanceId: string): void {
  for (const volume of plan.volumes) {
    const id = newId('vol')
    world.volumes.set(id, {
      ...volume,
      id,
      zone: plan.subnet.zone,
      instanceId,
      createdAt: world.clock.now(),
    })
    addTags(world, id, plan.tags['volume'] ?? {})
  }
}

interface Identity {
  id: string
  interfaceId: string
  privateIp: string
  reservation: { id: string; index: number }
}

function newInstance(
  world: World,
  { image, type, subnet, profileName, spot }: LaunchPlan,
  input: RunInstancesRequest,
  { id, interfaceId, privateIp, reservation }: Identity,
): Instance {
  const now = world.clock.now()
  const impaired = world.faults.strikes('never-registers')
  const slow = world.faults.strikes('slow-registration') ? SLOW_REGISTRATION_SECONDS : 0
  return {
    id,
    interfaceId,
    privateIp,
    impaired,
    profileName,
    reservationId: reservation.id,
    launchIndex: reservation.index,
    imageId: image.id,
    rootDevice: image.rootDevice,
    type: type.name,
    architecture: type.architecture,
    spotRequestId: spot ? newId('sir') : undefined,
    zone: subnet.zone,
    subnetId: subnet.id,
    publicIp:
      (input.NetworkInterfaces?.[0]?.AssociatePublicIpAddress ?? subnet.publicAddresses)
        ? toAddress(PUBLIC_BASE + (toNumber(privateIp) % 2 ** 16))
        : undefined,
    userData: input.UserData,
    clientToken: input.ClientToken,
    state: 'pending',
    reason: undefined,
    launchedAt: now,
    shutdownBehavior: input.InstanceInitiatedShutdownBehavior === 'terminate' ? 'terminate' : 'stop',
    terminationProtected: input.DisableApiTermination ?? false,
    sourceDestCheck: true,
    httpTokens: input.MetadataOptions?.HttpTokens === 'optional' ? 'optional' : 'required',
    hopLimit: input.MetadataOptions?.HttpPutResponseHopLimit ?? 2,
    metadataTags: input.MetadataOptions?.InstanceMetadataTags === 'enabled',
    registersAfter: now + (slow * 1000) / world.speed,
  }
}
