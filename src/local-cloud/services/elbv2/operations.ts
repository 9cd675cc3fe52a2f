import { type Operation, operation } from '../cloud.ts'
import * as attributes from './attributes.ts'
import { createLoadBalancer } from './create-load-balancer.ts'
import * as listeners from './listeners.ts'
import * as balancers from './load-balancers.ts'
import * as tags from './tags.ts'
import * as groups from './target-groups.ts'
import * as targets from './targets.ts'

const HEALTH_CHECK = [
  'HealthCheckIntervalSeconds',
  'HealthCheckPort',
  'HealthCheckProtocol',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
] as const

export const elbv2Operations: Readonly<Record<string, Operation>> = {
  CreateLoadBalancer: operation(createLoadBalancer, [
    'Name',
    'Scheme',
    'SecurityGroups',
    'SubnetMappings',
    'Subnets',
    'Tags',
    'Type',
  ]),
  DescribeLoadBalancers: operation(balancers.describeLoadBalancers, [
    'LoadBalancerArns',
    'Marker',
    'Names',
    'PageSize',
  ]),
  DeleteLoadBalancer: operation(balancers.deleteLoadBalancer, ['LoadBalancerArn']),
  SetSecurityGroups: operation(balancers.setSecurityGroups, ['LoadBalancerArn', 'SecurityGroups']),
  DescribeLoadBalancerAttributes: operation(attributes.describeLoadBalancerAttributes, ['LoadBalancerArn']),
  ModifyLoadBalancerAttributes: operation(attributes.modifyLoadBalancerAttributes, [
    'Attributes',
    'LoadBalancerArn',
  ]),
  CreateTargetGroup: operation(groups.createTargetGroup, [
    ...HEALTH_CHECK,
    'Name',
    'Port',
    'Protocol',
    'Tags',
    'TargetType',
    'VpcId',
  ]),
  DescribeTargetGroups: operation(groups.describeTargetGroups, [
    'LoadBalancerArn',
    'Marker',
    'Names',
    'PageSize',
    'TargetGroupArns',
  ]),
  ModifyTargetGroup: operation(groups.modifyTargetGroup, [...HEALTH_CHECK, 'TargetGroupArn']),
  DeleteTargetGroup: operation(groups.deleteTargetGroup, ['TargetGroupArn']),
  DescribeTargetGroupAttributes: operation(attributes.describeTargetGroupAttributes, ['TargetGroupArn']),
  ModifyTargetGroupAttributes: operation(attributes.modifyTargetGroupAttributes, [
    'Attributes',
    'TargetGroupArn',
  ]),
  CreateListener: operation(listeners.createListener, [
    'DefaultActions',
    'LoadBalancerArn',
    'Port',
    'Protocol',
    'Tags',
  ]),
  DescribeListeners: operation(listeners.describeListeners, [
    'ListenerArns',
    'LoadBalancerArn',
    'Marker',
    'PageSize',
  ]),
  DeleteListener: operation(listeners.deleteListener, ['ListenerArn']),
  RegisterTargets: operation(targets.registerTargets, ['TargetGroupArn', 'Targets']),
  DeregisterTargets: operation(targets.deregisterTargets, ['TargetGroupArn', 'Targets']),
  DescribeTargetHealth: operation(targets.describeTargetHealth, ['TargetGroupArn', 'Targets']),
  AddTags: operation(tags.addTags, ['ResourceArns', 'Tags']),
  RemoveTags: operation(tags.removeTags, ['ResourceArns', 'TagKeys']),
  DescribeTags: operation(tags.describeTags, ['ResourceArns']),
}
