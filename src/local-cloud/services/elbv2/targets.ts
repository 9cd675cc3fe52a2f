import type {
  DeregisterTargetsInput,
  DescribeTargetHealthInput,
  RegisterTargetsInput,
  TargetDescription,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../../wire/service.ts'
import { subnetOf } from '../../world/addresses.ts'
import { type Target, type TargetGroup, UNCHECKED } from '../../world/target-group.ts'
import { targetHealth } from '../../world/target-health.ts'
import type { World } from '../../world/world.ts'
import { delay, inBackground } from '../after.ts'
import type { Cloud } from '../cloud.ts'
import { vpcOf } from '../ec2/instance-view.ts'
import { groupByArn } from './find.ts'
import { changeTarget } from './registrations.ts'
import { surroundings } from './surroundings.ts'

const keyOf = ({ id, port }: { id: string; port: number }) => `${id}:${port}`

/** All or none. Registering a target again keeps its health; while it drains, it starts anew. */
export async function registerTargets(cloud: Cloud, input: RegisterTargetsInput) {
  const { world } = cloud
  const group = groupByArn(world, input.TargetGroupArn)
  const wanted = (input.Targets ?? []).map((description) => newTarget(world, group, description))
  const targets = new Map(group.targets)
  for (const target of wanted) {
    const before = targets.get(keyOf(target))
    if (!before || before.drainsUntil !== undefined) targets.set(keyOf(target), target)
  }
  world.targetGroups.set(group.arn, { ...group, targets })
  await cloud.syncNetwork()
  return {}
}

/** @throws AwsFault InvalidTarget */
function newTarget(world: World, group: TargetGroup, { Id: id = '', Port: port }: TargetDescription): Target {
  const invalid = (why: string) =>
    new AwsFault('InvalidTarget', `The following targets are not ${why}: '${id}'`)
  const common = {
    id,
    port: port ?? group.port,
    registeredAt: world.clock.now(),
    drainsUntil: undefined,
    check: UNCHECKED,
  }
  if (group.targetType === 'ip') {
    const subnet = subnetOf(world.network, group.vpcId, id)
    if (!subnet) throw invalid('within the VPC')
    return { ...common, address: id, zone: subnet.zone }
  }
  const instance = world.instances.get(id)
  if (!instance) throw invalid('valid instances')
  if (instance.state !== 'running') throw invalid("in a running state and can't be registered")
  if (vpcOf(world, instance.subnetId) !== group.vpcId) throw invalid('in the same VPC as the target group')
  return { ...common, address: instance.privateIp, zone: instance.zone }
}

/** Without a port, every registration of the id. One that isn't registered is deregistered already. */
export async function deregisterTargets(cloud: Cloud, input: DeregisterTargetsInput) {
  const { world } = cloud
  const group = groupByArn(world, input.TargetGroupArn)
  const seconds = Number(group.attributes['deregistration_delay.timeout_seconds'])
  const leaving = [...group.targets.values()].filter(({ id, port }) =>
    input.Targets?.some((one) => one.Id === id && (one.Port === undefined || one.Port === port)),
  )
  for (const target of leaving) {
    changeTarget(world, group.arn, keyOf(target), (one) => ({
      ...one,
      drainsUntil: one.drainsUntil ?? world.clock.now() + (seconds * 1000) / world.speed,
    }))
    inBackground(cloud, () => removeDrained(cloud, group.arn, keyOf(target), seconds))
  }
  await cloud.syncNetwork()
  return {}
}

async function removeDrained(cloud: Cloud, arn: string, key: string, seconds: number): Promise<void> {
  await delay(cloud.world, seconds)
  // Registered again in the meantime, it stays.
  changeTarget(cloud.world, arn, key, (one) => (one.drainsUntil === undefined ? one : undefined))
  await cloud.syncNetwork()
}

/** Of all targets, or of those asked for: one that isn't registered is `unused`, not an error. */
export function describeTargetHealth({ world }: Cloud, input: DescribeTargetHealthInput) {
  const group = groupByArn(world, input.TargetGroupArn)
  if (!input.Targets?.length)
    return {
      TargetHealthDescriptions: [...group.targets.values()].map((target) => healthView(world, group, target)),
    }
  return {
    TargetHealthDescriptions: input.Targets.map(({ Id: id = '', Port: port = group.port }) => {
      const target = group.targets.get(keyOf({ id, port }))
      return target ? healthView(world, group, target) : notRegistered(id, port)
    }),
  }
}

const notRegistered = (Id: string, Port: number): TargetHealthDescription => ({
  Target: { Id, Port },
  TargetHealth: {
    State: 'unused',
    Reason: 'Target.NotRegistered',
    Description: 'Target is not registered to the target group',
  },
})

function healthView(world: World, group: TargetGroup, target: Target): TargetHealthDescription {
  const health = targetHealth(target, surroundings(world, group, target))
  const check = group.healthCheck.port
  return {
    Target: {
      Id: target.id,
      Port: target.port,
      ...(group.targetType === 'ip' && { AvailabilityZone: target.zone }),
    },
    HealthCheckPort: check === 'traffic-port' ? String(target.port) : check,
    TargetHealth: {
      State: health.state,
      ...(health.reason !== undefined && {
        Reason: health.reason as NonNullable<TargetHealthDescription['TargetHealth']>['Reason'],
        Description: health.description,
      }),
    },
  }
}
