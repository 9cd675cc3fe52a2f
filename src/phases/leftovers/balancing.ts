import { deleteLoadBalancer } from '../../aws/balancer.ts'
import { deleteClassicBalancer, findClassicBalancers } from '../../aws/classic-balancers.ts'
import { findTaggedBalancers, findTaggedTargetGroups, tagBalancing } from '../../aws/tagged-balancers.ts'
import { deleteTargetGroup } from '../../aws/target-groups.ts'
import { type Kind, oneByOne } from './kind.ts'

const tag: Kind['tag'] = ({ elb }, things, tags) =>
  tagBalancing(
    elb,
    things.map(({ id }) => id),
    tags,
  )

/** The cluster's own balancer, and those that Kubernetes made for its services. Listeners go with them. */
export const balancers: Kind = {
  name: 'load balancers',
  find: ({ elb }, search) => findTaggedBalancers(elb, search),
  remove: oneByOne(async ({ elb }, { id }) => {
    await deleteLoadBalancer(elb, id)
    return true
  }),
  tag,
}

/** What Kubernetes' own controller for AWS makes for services, unless they ask for another. None is ours, so none takes our tags. */
export const classicBalancers: Kind = {
  name: 'classic load balancers',
  find: ({ classicElb }, search) => findClassicBalancers(classicElb, search),
  remove: oneByOne(async ({ classicElb }, { id }) => {
    await deleteClassicBalancer(classicElb, id)
    return true
  }),
}

/** In use while their balancer is being deleted. */
export const targetGroups: Kind = {
  name: 'target groups',
  find: ({ elb }, search) => findTaggedTargetGroups(elb, search),
  remove: oneByOne(({ elb }, { id }) => deleteTargetGroup(elb, id)),
  tag,
}
