import type {
  Action,
  CreateListenerInput,
  DeleteListenerInput,
  DescribeListenersInput,
  Listener as ListenerView,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../../wire/service.ts'
import type { Listener } from '../../world/load-balancer.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { balancerByArn, elbArn, groupByArn, listenerByArn, resourceId } from './find.ts'
import { restartRegistrations } from './registrations.ts'
import { balancerFor } from './surroundings.ts'
import { tagResource } from './tags.ts'

const PAGE = 400

/** Asked again with the same settings it answers with what there is. @throws AwsFault DuplicateListener */
export async function createListener(cloud: Cloud, input: CreateListenerInput) {
  const { world } = cloud
  const balancer = balancerByArn(world, input.LoadBalancerArn)
  if (input.Protocol !== 'TCP')
    throw new AwsFault('UnsupportedProtocol', 'the local cloud has TCP listeners only')
  if (input.Port === undefined) throw new AwsFault('ValidationError', 'A port must be specified')
  const targetGroupArn = forwardedTo(world, input.DefaultActions ?? [])
  const existing = onPort(world, balancer.arn, input.Port)
  if (existing && existing.targetGroupArn !== targetGroupArn)
    throw new AwsFault(
      'DuplicateListener',
      `A listener already exists on this port ${input.Port} for this load balancer`,
    )
  if (existing) return { Listeners: [listenerView(existing)] }
  refuseSecondBalancer(world, targetGroupArn, balancer.arn)
  const id = resourceId(world, `${balancer.arn}:${input.Port}`)
  const arn = elbArn(world, `listener/${balancer.arn.split(':loadbalancer/')[1]}/${id}`)
  const listener: Listener = { arn, balancerArn: balancer.arn, port: input.Port, targetGroupArn }
  tagResource(world, arn, input.Tags)
  world.listeners.set(arn, listener)
  restartRegistrations(world, targetGroupArn)
  await cloud.syncNetwork()
  return { Listeners: [listenerView(listener)] }
}

/** One action, which forwards to one target group. @throws AwsFault InvalidLoadBalancerAction */
function forwardedTo(world: World, actions: readonly Action[]): string {
  const [action, ...more] = actions
  const groups = action?.ForwardConfig?.TargetGroups ?? []
  const arns = new Set([action?.TargetGroupArn, ...groups.map((one) => one.TargetGroupArn)])
  arns.delete(undefined)
  if (action?.Type !== 'forward' || more.length > 0 || arns.size !== 1)
    throw new AwsFault('InvalidLoadBalancerAction', 'the local cloud forwards a listener to one target group')
  return groupByArn(world, [...arns][0]).arn
}

const onPort = (world: World, balancerArn: string, port: number) =>
  [...world.listeners.values()].find((one) => one.balancerArn === balancerArn && one.port === port)

function refuseSecondBalancer(world: World, groupArn: string, balancerArn: string): void {
  const other = balancerFor(world, groupArn)
  if (other && other.arn !== balancerArn)
    throw new AwsFault(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${groupArn}`,
    )
}

/** @throws AwsFault LoadBalancerNotFound, ListenerNotFound */
export function describeListeners({ world }: Cloud, input: DescribeListenersInput) {
  if (!input.LoadBalancerArn && !input.ListenerArns?.length)
    throw new AwsFault('ValidationError', 'You must specify either listener ARNs or a load balancer ARN')
  const wanted = input.ListenerArns?.length
    ? input.ListenerArns.map((arn) => listenerByArn(world, arn))
    : listenersOf(world, balancerByArn(world, input.LoadBalancerArn).arn)
  const page = paginate(wanted, input.PageSize ?? PAGE, input.Marker, 'ValidationError')
  return { Listeners: page.items.map(listenerView), NextMarker: page.next }
}

const listenersOf = (world: World, balancerArn: string) =>
  [...world.listeners.values()].filter((one) => one.balancerArn === balancerArn)

/** @throws AwsFault ListenerNotFound */
export async function deleteListener(cloud: Cloud, input: DeleteListenerInput) {
  const { arn } = listenerByArn(cloud.world, input.ListenerArn)
  cloud.world.listeners.delete(arn)
  cloud.world.tags.delete(arn)
  await cloud.syncNetwork()
  return {}
}

const listenerView = ({ arn, balancerArn, port, targetGroupArn }: Listener): ListenerView => ({
  ListenerArn: arn,
  LoadBalancerArn: balancerArn,
  Port: port,
  Protocol: 'TCP',
  DefaultActions: [
    {
      Type: 'forward',
      TargetGroupArn: targetGroupArn,
      Order: 1,
      ForwardConfig: { TargetGroups: [{ TargetGroupArn: targetGroupArn }] },
    },
  ],
})
