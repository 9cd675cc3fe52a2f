import { isDeepStrictEqual } from 'node:util'
import type {
  CreateTargetGroupInput,
  DeleteTargetGroupInput,
  DescribeTargetGroupsInput,
  ModifyTargetGroupInput,
  TargetGroup as TargetGroupView,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../../wire/service.ts'
import { HEALTH_CHECK, type TargetGroup, targetGroupAttributes } from '../../world/target-group.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { elbArn, groupByArn, refuseName, resourceId } from './find.ts'
import { healthCheckOf } from './health-check-settings.ts'
import { startHealthChecks } from './health-checks.ts'
import { balancerFor } from './surroundings.ts'
import { tagResource } from './tags.ts'

const PAGE = 400

/** Asked again with the same settings it answers with what there is. @throws AwsFault DuplicateTargetGroupName */
export function createTargetGroup(cloud: Cloud, input: CreateTargetGroupInput) {
  const { world } = cloud
  const name = input.Name ?? ''
  refuseName(name, 'Target group')
  refuseUnknown(world, input)
  const targetType = input.TargetType === 'ip' ? 'ip' : 'instance'
  const wanted = {
    port: input.Port ?? 0,
    targetType,
    vpcId: input.VpcId ?? '',
    healthCheck: healthCheckOf(input, HEALTH_CHECK),
  } as const
  const existing = sameNamed(world, name, wanted)
  const group: TargetGroup = existing ?? {
    ...wanted,
    name,
    arn: elbArn(world, `targetgroup/${name}/${resourceId(world, name)}`),
    attributes: targetGroupAttributes(targetType),
    targets: new Map(),
  }
  if (!existing) {
    tagResource(world, group.arn, input.Tags)
    world.targetGroups.set(group.arn, group)
    startHealthChecks(cloud, group.arn)
  }
  return { TargetGroups: [groupView(world, group)] }
}

function refuseUnknown(world: World, input: CreateTargetGroupInput): void {
  if (input.Protocol !== 'TCP')
    throw new AwsFault('InvalidConfigurationRequest', 'the local cloud has TCP target groups only')
  if (input.TargetType !== undefined && input.TargetType !== 'instance' && input.TargetType !== 'ip')
    throw new AwsFault(
      'InvalidConfigurationRequest',
      `the local cloud has no target type ${input.TargetType}`,
    )
  if (input.Port === undefined) throw new AwsFault('ValidationError', 'A port must be specified')
  if (!world.network.vpcs.has(input.VpcId ?? ''))
    throw new AwsFault('ValidationError', `The VPC ID '${input.VpcId}' is not found`)
}

function sameNamed(
  world: World,
  name: string,
  wanted: Pick<TargetGroup, 'port' | 'targetType' | 'vpcId' | 'healthCheck'>,
): TargetGroup | undefined {
  const existing = [...world.targetGroups.values()].find((one) => one.name === name)
  if (!existing) return undefined
  const { port, targetType, vpcId, healthCheck } = existing
  if (isDeepStrictEqual({ port, targetType, vpcId, healthCheck }, wanted)) return existing
  throw new AwsFault(
    'DuplicateTargetGroupName',
    `A target group with the same name '${name}' exists, but with different settings`,
  )
}

/** @throws AwsFault TargetGroupNotFound */
export function describeTargetGroups({ world }: Cloud, input: DescribeTargetGroupsInput) {
  const all = [...world.targetGroups.values()]
  const missing = input.Names?.filter((name) => !all.some((one) => one.name === name)) ?? []
  if (missing.length > 0)
    throw new AwsFault('TargetGroupNotFound', `Target groups '[${missing.join(', ')}]' not found`)
  const named = input.TargetGroupArns?.length
    ? input.TargetGroupArns.map((arn) => groupByArn(world, arn))
    : all.filter(({ name }) => !input.Names?.length || input.Names.includes(name))
  const wanted = named.filter(
    ({ arn }) =>
      input.LoadBalancerArn === undefined || balancerFor(world, arn)?.arn === input.LoadBalancerArn,
  )
  const page = paginate(wanted, input.PageSize ?? PAGE, input.Marker, 'ValidationError')
  return { TargetGroups: page.items.map((group) => groupView(world, group)), NextMarker: page.next }
}

export function modifyTargetGroup({ world }: Cloud, input: ModifyTargetGroupInput) {
  const group = groupByArn(world, input.TargetGroupArn)
  const changed = { ...group, healthCheck: healthCheckOf(input, group.healthCheck) }
  world.targetGroups.set(group.arn, changed)
  return { TargetGroups: [groupView(world, changed)] }
}

/** One that isn't there is deleted already. @throws AwsFault ResourceInUse while a listener forwards to it */
export function deleteTargetGroup({ world }: Cloud, { TargetGroupArn: arn = '' }: DeleteTargetGroupInput) {
  if (balancerFor(world, arn))
    throw new AwsFault('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`)
  world.targetGroups.delete(arn)
  world.tags.delete(arn)
  return {}
}

function groupView(world: World, group: TargetGroup): TargetGroupView {
  const balancer = balancerFor(world, group.arn)
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: 'TCP',
    Port: group.port,
    VpcId: group.vpcId,
    TargetType: group.targetType,
    IpAddressType: 'ipv4',
    HealthCheckEnabled: true,
    HealthCheckProtocol: 'TCP',
    HealthCheckPort: group.healthCheck.port,
    HealthCheckIntervalSeconds: group.healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: group.healthCheck.timeoutSeconds,
    HealthyThresholdCount: group.healthCheck.healthyThreshold,
    UnhealthyThresholdCount: group.healthCheck.unhealthyThreshold,
    LoadBalancerArns: balancer ? [balancer.arn] : [],
  }
}
