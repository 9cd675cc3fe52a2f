import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { newId } from '../../world/ids.ts'
import { type Instance, isLaunchDeath, LAUNCH_DEATHS } from '../../world/instance.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { madeBefore, rememberMade } from './client-tokens.ts'
import { endDryRun } from './dry-run.ts'
import { instanceView } from './instance-view.ts'
import { recordLaunch } from './launch.ts'
import { refuseCapacity, refuseQuota, roomFor } from './launch-checks.ts'
import { planLaunch } from './launch-plan.ts'
import { dieAtLaunch, powerOn } from './power.ts'

/** Launches machines. A token that was used before gives back what it launched, whatever has become of it. */
export async function runInstances(cloud: Cloud, input: RunInstancesRequest): Promise<Reservation> {
  const { world } = cloud
  const earlier = madeBefore(world, 'RunInstances', input)
  if (earlier)
    return reservationOf(
      world,
      earlier.flatMap((id) => world.instances.get(id) ?? []),
    )
  const plan = planLaunch(world, input)
  endDryRun(input)
  refuseQuota(world)
  refuseCapacity(world, plan.type.name, plan.subnet.zone, plan.spot)
  const count = roomFor(world, { type: plan.type.name, zone: plan.subnet.zone }, input)
  const id = newId('r')
  const instances = Array.from({ length: count }, (_, index) =>
    recordLaunch(world, plan, input, { id, index }),
  )
  const ids = instances.map((instance) => instance.id)
  rememberMade(world, 'RunInstances', input, ids)
  await cloud.syncNetwork()
  for (const { id: instanceId } of instances) {
    const death = deathAtLaunch(world)
    if (death) dieAtLaunch(cloud, instanceId, death)
    else powerOn(cloud, instanceId, 'create')
  }
  return reservationOf(world, instances)
}

const deathAtLaunch = ({ faults }: World) =>
  Object.keys(LAUNCH_DEATHS)
    .filter(isLaunchDeath)
    .find((cause) => faults.strikes(`dies-at-launch:${cause}`))

function reservationOf(world: World, instances: readonly Instance[]): Reservation {
  return {
    ReservationId: instances[0]?.reservationId,
    OwnerId: world.account,
    Groups: [],
    Instances: instances.map((instance) => instanceView(world, instance)),
  }
}
