import type {
  DescribeInstanceStatusRequest,
  DescribeInstancesRequest,
  InstanceStatus,
} from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import { hostnameOf } from '../../world/addresses.ts'
import { type Instance, STATE_CODES } from '../../world/instance.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { type FilterTable, filtered } from './filters.ts'
import { instanceView, vpcOf } from './instance-view.ts'

/** @throws AwsFault InvalidInstanceID.* naming every id that isn't there */
export function instancesById(world: World, ids: readonly string[]): Instance[] {
  const malformed = ids.find((id) => !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
  if (malformed !== undefined) throw new AwsFault('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`)
  const missing = ids.filter((id) => !world.instances.has(id))
  if (missing.length === 1)
    throw new AwsFault('InvalidInstanceID.NotFound', `The instance ID '${missing[0]}' does not exist`)
  if (missing.length > 1)
    throw new AwsFault('InvalidInstanceID.NotFound', `The instance IDs '${missing.join(', ')}' do not exist`)
  return ids.flatMap((id) => world.instances.get(id) ?? [])
}

const filtersFor = (world: World): FilterTable<Instance> => {
  const groups = ({ interfaceId }: Instance) => world.interfaces.get(interfaceId)?.groupIds ?? []
  const groupNames = (instance: Instance) => groups(instance).map((id) => world.securityGroups.get(id)?.name)
  return {
    'instance-id': ({ id }) => [id],
    'instance-state-name': ({ state }) => [state],
    'instance-state-code': ({ state }) => [String(STATE_CODES[state])],
    'instance-type': ({ type }) => [type],
    'image-id': ({ imageId }) => [imageId],
    'availability-zone': ({ zone }) => [zone],
    'vpc-id': ({ interfaceId }) => [vpcOf(world, world.interfaces.get(interfaceId)?.subnetId)],
    'subnet-id': ({ subnetId }) => [subnetId],
    'private-ip-address': ({ privateIp }) => [privateIp],
    'private-dns-name': ({ privateIp }) => [`${hostnameOf(privateIp)}.${world.region}.compute.internal`],
    'reservation-id': ({ reservationId }) => [reservationId],
    'client-token': ({ clientToken }) => [clientToken],
    'instance.group-id': groups,
    'network-interface.group-id': groups,
    'instance.group-name': groupNames,
    'iam-instance-profile.arn': ({ profileName }) => [world.profiles.get(profileName ?? '')?.arn],
    architecture: ({ architecture }) => [architecture],
  }
}

export function describeInstances({ world }: Cloud, input: DescribeInstancesRequest) {
  refuseIdsWithPage(input.InstanceIds, input.MaxResults)
  const asked = input.InstanceIds?.length ? instancesById(world, input.InstanceIds) : world.instances.values()
  const page = paginate(
    filtered(world, asked, input.Filters, filtersFor(world)),
    input.MaxResults,
    input.NextToken,
  )
  const reservations = new Set(page.items.map(({ reservationId }) => reservationId))
  return {
    Reservations: [...reservations].map((id) => ({
      ReservationId: id,
      OwnerId: world.account,
      Groups: [],
      Instances: page.items
        .filter(({ reservationId }) => reservationId === id)
        .map((instance) => instanceView(world, instance)),
    })),
    NextToken: page.next,
  }
}

function refuseIdsWithPage(ids: readonly string[] | undefined, size: number | undefined): void {
  if (ids?.length && size !== undefined)
    throw new AwsFault(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    )
}

/** Running instances, unless all are asked for. */
export function describeInstanceStatus({ world }: Cloud, input: DescribeInstanceStatusRequest) {
  refuseIdsWithPage(input.InstanceIds, input.MaxResults)
  const asked = input.InstanceIds?.length ? instancesById(world, input.InstanceIds) : world.instances.values()
  const wanted = [...asked].filter(({ state }) => input.IncludeAllInstances || state === 'running')
  const page = paginate(
    filtered(world, wanted, input.Filters, filtersFor(world)),
    input.MaxResults,
    input.NextToken,
  )
  return { InstanceStatuses: page.items.map(statusView), NextToken: page.next }
}

function statusView({ id, zone, state, impaired }: Instance): InstanceStatus {
  const check = (name: 'impaired' | 'ok') => ({
    Status: name,
    Details: [
      { Name: 'reachability' as const, Status: name === 'ok' ? ('passed' as const) : ('failed' as const) },
    ],
  })
  const unknown = { Status: 'not-applicable' as const }
  const running = state === 'running'
  return {
    InstanceId: id,
    AvailabilityZone: zone,
    InstanceState: { Code: STATE_CODES[state], Name: state },
    SystemStatus: running ? check('ok') : unknown,
    InstanceStatus: running ? check(impaired ? 'impaired' : 'ok') : unknown,
    Events: [],
  }
}
