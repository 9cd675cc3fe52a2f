import { type Operation, operation } from '../cloud.ts'
import { createLoadBalancer } from './create-load-balancer.ts'
import * as balancers from './load-balancers.ts'

/** Load balancing's first version, which Kubernetes' own controller for AWS uses: classic load balancers. */
export const elbOperations: Readonly<Record<string, Operation>> = {
  CreateLoadBalancer: operation(createLoadBalancer, [
    'Listeners',
    'LoadBalancerName',
    'Scheme',
    'SecurityGroups',
    'Subnets',
    'Tags',
  ]),
  DescribeLoadBalancers: operation(balancers.describeLoadBalancers, [
    'LoadBalancerNames',
    'Marker',
    'PageSize',
  ]),
  DeleteLoadBalancer: operation(balancers.deleteLoadBalancer, ['LoadBalancerName']),
  DescribeTags: operation(balancers.describeTags, ['LoadBalancerNames']),
}
