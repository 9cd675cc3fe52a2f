import type {
  DescribeLoadBalancerAttributesInput,
  DescribeTargetGroupAttributesInput,
  ModifyLoadBalancerAttributesInput,
  ModifyTargetGroupAttributesInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../../wire/service.ts'
import type { Cloud } from '../cloud.ts'
import { balancerByArn, groupByArn } from './find.ts'

type Attributes = Readonly<Record<string, string>>

interface Pair {
  Key?: string | undefined
  Value?: string | undefined
}

const BOOLEANS = ['true', 'false']
/** What each attribute that may be changed can be. The others can be described only. */
const CHOICES: Readonly<Record<string, (value: string) => boolean>> = {
  'deletion_protection.enabled': (value) => BOOLEANS.includes(value),
  'load_balancing.cross_zone.enabled': (value) =>
    [...BOOLEANS, 'use_load_balancer_configuration'].includes(value),
  'preserve_client_ip.enabled': (value) => BOOLEANS.includes(value),
  'deregistration_delay.connection_termination.enabled': (value) => BOOLEANS.includes(value),
  'target_health_state.unhealthy.connection_termination.enabled': (value) => BOOLEANS.includes(value),
  'deregistration_delay.timeout_seconds': (value) => /^\d+$/.test(value) && Number(value) <= 3600,
}

/** @throws AwsFault InvalidConfigurationRequest for a key that isn't there or can't be changed, or a wrong value */
function changed(before: Attributes, pairs: readonly Pair[] | undefined): Attributes {
  const after = { ...before }
  for (const { Key = '', Value = '' } of pairs ?? []) {
    const fits = CHOICES[Key]
    if (!(Key in before))
      throw new AwsFault('InvalidConfigurationRequest', `Attribute key '${Key}' is not recognized`)
    if (!fits && Value !== before[Key])
      throw new AwsFault(
        'InvalidConfigurationRequest',
        `the local cloud does not change the attribute ${Key}`,
      )
    if (fits && !fits(Value))
      throw new AwsFault(
        'InvalidConfigurationRequest',
        `Value '${Value}' is not valid for attribute '${Key}'`,
      )
    after[Key] = Value
  }
  return after
}

const listed = (attributes: Attributes) => ({
  Attributes: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })),
})

export const describeLoadBalancerAttributes = (
  { world }: Cloud,
  { LoadBalancerArn: arn }: DescribeLoadBalancerAttributesInput,
) => listed(balancerByArn(world, arn).attributes)

export async function modifyLoadBalancerAttributes(cloud: Cloud, input: ModifyLoadBalancerAttributesInput) {
  const balancer = balancerByArn(cloud.world, input.LoadBalancerArn)
  const attributes = changed(balancer.attributes, input.Attributes)
  cloud.world.loadBalancers.set(balancer.arn, { ...balancer, attributes })
  await cloud.syncNetwork()
  return listed(attributes)
}

export const describeTargetGroupAttributes = (
  { world }: Cloud,
  { TargetGroupArn: arn }: DescribeTargetGroupAttributesInput,
) => listed(groupByArn(world, arn).attributes)

export async function modifyTargetGroupAttributes(cloud: Cloud, input: ModifyTargetGroupAttributesInput) {
  const group = groupByArn(cloud.world, input.TargetGroupArn)
  const attributes = changed(group.attributes, input.Attributes)
  cloud.world.targetGroups.set(group.arn, { ...group, attributes })
  await cloud.syncNetwork()
  return listed(attributes)
}
