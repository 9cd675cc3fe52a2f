import type { CreateAccessPointInput } from '@aws-sdk/client-elastic-load-balancing'
import type {
  AddTagsInput,
  CreateListenerInput,
  CreateLoadBalancerInput,
  CreateTargetGroupInput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { ConditionKeys } from '../../world/policy-condition.ts'
import type { World } from '../../world/world.ts'
import { type Demand, ofAnything, type Rule, type Rules, requestTags, resourceTags } from './demand.ts'
import { standing as inEc2 } from './ec2-demands.ts'
import { linkedRole } from './iam.ts'

const SERVICE = 'elasticloadbalancing'
const LINKED = 'elasticloadbalancing.amazonaws.com'

export const standing = (world: World, arn: string, keys: ConditionKeys = {}): Demand => ({
  resource: arn,
  keys: { ...keys, ...resourceTags(world.tags.get(arn), SERVICE) },
})

/** What a new balancer demands besides its VPC's groups: load balancing makes its own role in an account with the first one. */
export const creating = (
  world: World,
  resource: string,
  { Scheme: scheme = 'internet-facing', Tags: tags }: Pick<CreateAccessPointInput, 'Scheme' | 'Tags'>,
): Demand[] => [
  { resource, keys: { ...requestTags(tags), [`${SERVICE}:scheme`]: [scheme] } },
  ...tagging(resource, 'CreateLoadBalancer', tags),
  ...linkedRole(world, LINKED, 'AWSServiceRoleForElasticLoadBalancing'),
]

/** Tags in a call that creates need the right to tag besides, in that call. */
const tagging = (resource: string, createAction: string, tags: readonly Tag[] | undefined): Demand[] =>
  tags?.length
    ? [
        {
          resource,
          keys: { ...requestTags(tags), [`${SERVICE}:createaction`]: [createAction] },
          action: `${SERVICE}:AddTags`,
        },
      ]
    : []

/** Load balancing looks, by the caller's right, whether the groups are of the balancer's VPC. */
function lookingAtGroups(world: World, input: CreateLoadBalancerInput): Demand[] {
  if (!input.SecurityGroups?.length) return []
  const subnet = input.Subnets?.[0] ?? input.SubnetMappings?.[0]?.SubnetId ?? ''
  const vpc = world.network.subnets.get(subnet)?.vpcId ?? 'vpc-'
  return [{ ...inEc2(world, vpc), action: 'ec2:GetSecurityGroupsForVpc' }]
}

function createLoadBalancer(world: World, input: CreateLoadBalancerInput): Demand[] {
  const kind = input.Type === 'network' ? 'net' : 'app'
  const resource = arnOf(world, `loadbalancer/${kind}/${input.Name}/*`)
  return [...creating(world, resource, input), ...lookingAtGroups(world, input)]
}

function createTargetGroup(world: World, { Name: name, Tags: tags }: CreateTargetGroupInput): Demand[] {
  const resource = arnOf(world, `targetgroup/${name}/*`)
  return [{ resource, keys: requestTags(tags) }, ...tagging(resource, 'CreateTargetGroup', tags)]
}

function createListener(world: World, input: CreateListenerInput): Demand[] {
  const { LoadBalancerArn: balancer = '', Tags: tags } = input
  const listener = `${balancer.replace(':loadbalancer/', ':listener/')}/*`
  return [standing(world, balancer, requestTags(tags)), ...tagging(listener, 'CreateListener', tags)]
}

export const arnOf = ({ region, account }: World, resource: string) =>
  `arn:aws:${SERVICE}:${region}:${account}:${resource}`

const ofBalancer: Rule = (world, { LoadBalancerArn: arn = '' }) => [standing(world, arn)]
const ofTargetGroup: Rule = (world, { TargetGroupArn: arn = '' }) => [standing(world, arn)]

/** "Actions, resources, and condition keys for Elastic Load Balancing V2" of the service authorization reference. */
export const elbv2Rules: Rules = {
  ...ofAnything(
    'DescribeLoadBalancers DescribeLoadBalancerAttributes DescribeTargetGroups DescribeListeners',
  ),
  ...ofAnything('DescribeTargetGroupAttributes DescribeTargetHealth DescribeTags'),
  CreateLoadBalancer: createLoadBalancer,
  DeleteLoadBalancer: ofBalancer,
  SetSecurityGroups: ofBalancer,
  ModifyLoadBalancerAttributes: ofBalancer,
  CreateTargetGroup: createTargetGroup,
  ModifyTargetGroup: ofTargetGroup,
  ModifyTargetGroupAttributes: ofTargetGroup,
  DeleteTargetGroup: ofTargetGroup,
  RegisterTargets: ofTargetGroup,
  DeregisterTargets: ofTargetGroup,
  CreateListener: createListener,
  DeleteListener: (world, { ListenerArn: arn = '' }) => [standing(world, arn)],
  AddTags: (world, { ResourceArns: arns = [], Tags: tags }: AddTagsInput) =>
    arns.map((arn) => standing(world, arn, requestTags(tags))),
  RemoveTags: (world, { ResourceArns: arns = [] }: { ResourceArns?: string[] }) =>
    arns.map((arn) => standing(world, arn)),
}
