import type { Permission } from './permission.ts'
import {
  all,
  asking,
  BALANCER,
  deploy,
  elbv2,
  keepAndRemove,
  LISTENER,
  OURS,
  OURS_TAGGED,
  on,
  remove,
  TAGGED,
  TARGET_GROUP,
  tagsOnly,
  verify,
} from './terms.ts'

export const balancers: readonly Permission[] = [
  ...asking(all, 'the balancer by its name', `${elbv2}:DescribeLoadBalancers`),
  ...asking(all, 'its target groups', `${elbv2}:DescribeTargetGroups`),
  ...asking(keepAndRemove, 'whose they are: load balancing has no filter by tag', `${elbv2}:DescribeTags`),
  ...asking(verify, 'which servers get connections', `${elbv2}:DescribeTargetHealth`),
  ...on(BALANCER, deploy, 'the API’s address', [`${elbv2}:CreateLoadBalancer`], TAGGED),
  ...on(TARGET_GROUP, deploy, 'one a port', [`${elbv2}:CreateTargetGroup`], TAGGED),
  ...on(BALANCER, deploy, 'one listener a port', [`${elbv2}:CreateListener`], OURS_TAGGED),
  ...[BALANCER, TARGET_GROUP, LISTENER].flatMap((resource) =>
    on(
      resource,
      deploy,
      'tags are set in the call that creates, and by no other',
      [`${elbv2}:AddTags`],
      tagsOnly(elbv2, 'CreateLoadBalancer', 'CreateTargetGroup', 'CreateListener'),
    ),
  ),
  ...on(BALANCER, deploy, 'cross-zone', [`${elbv2}:ModifyLoadBalancerAttributes`], OURS),
  ...on(TARGET_GROUP, deploy, 'client-IP preservation', [`${elbv2}:ModifyTargetGroupAttributes`], OURS),
  ...on(TARGET_GROUP, deploy, 'the servers', [`${elbv2}:RegisterTargets`], OURS),
  ...on(BALANCER, remove, 'its listeners go with it', [`${elbv2}:DeleteLoadBalancer`], OURS),
  ...on(TARGET_GROUP, remove, 'they don’t go with it', [`${elbv2}:DeleteTargetGroup`], OURS),
  ...on(
    'iam::*:role/aws-service-role/*',
    deploy,
    'the first load balancer, and the first spot machine, of an account make their service’s own role',
    ['iam:CreateServiceLinkedRole'],
    { StringEquals: { 'iam:AWSServiceName': ['elasticloadbalancing.amazonaws.com', 'spot.amazonaws.com'] } },
  ),
]
