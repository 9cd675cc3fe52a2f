import type { CreateAccessPointInput, DeleteAccessPointInput } from '@aws-sdk/client-elastic-load-balancing'
import type { World } from '../../world/world.ts'
import { ofAnything, type Rules } from './demand.ts'
import { arnOf, creating, standing } from './elbv2.ts'

interface Named {
  LoadBalancerName?: string | undefined
}

const arnOfNamed = (world: World, { LoadBalancerName: name }: Named) => arnOf(world, `loadbalancer/${name}`)

/** "Actions, resources, and condition keys for AWS Elastic Load Balancing" of the service authorization reference. */
export const elbRules: Rules = {
  ...ofAnything('DescribeLoadBalancers DescribeTags'),
  CreateLoadBalancer: (world, input: CreateAccessPointInput) =>
    creating(world, arnOfNamed(world, input), input),
  DeleteLoadBalancer: (world, input: DeleteAccessPointInput) => [standing(world, arnOfNamed(world, input))],
}
