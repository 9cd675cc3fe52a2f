import type { CreateTagsRequest, DeleteTagsRequest, DescribeTagsRequest } from '@aws-sdk/client-ec2'
import { AwsFault } from '../../wire/service.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { endDryRun } from './dry-run.ts'
import { addTags, readTags, refuseMetadataKeys } from './tags.ts'

interface Kind {
  type: string
  has: (world: World, id: string) => boolean
  missing: string
}

/** Id prefix → what it names. */
const KINDS: Readonly<Record<string, Kind>> = {
  i: {
    type: 'instance',
    has: ({ instances }, id) => instances.has(id),
    missing: 'InvalidInstanceID.NotFound',
  },
  vol: { type: 'volume', has: ({ volumes }, id) => volumes.has(id), missing: 'InvalidVolume.NotFound' },
  snap: {
    type: 'snapshot',
    has: ({ snapshots }, id) => snapshots.has(id),
    missing: 'InvalidSnapshot.NotFound',
  },
  eni: {
    type: 'network-interface',
    has: ({ interfaces }, id) => interfaces.has(id),
    missing: 'InvalidNetworkInterfaceID.NotFound',
  },
  sg: {
    type: 'security-group',
    has: ({ securityGroups }, id) => securityGroups.has(id),
    missing: 'InvalidGroup.NotFound',
  },
  sgr: {
    type: 'security-group-rule',
    has: ({ securityGroups }, id) =>
      [...securityGroups.values()].some(({ rules }) => rules.some((rule) => rule.id === id)),
    missing: 'InvalidSecurityGroupRuleId.NotFound',
  },
  subnet: {
    type: 'subnet',
    has: ({ network }, id) => network.subnets.has(id),
    missing: 'InvalidSubnetID.NotFound',
  },
  vpc: { type: 'vpc', has: ({ network }, id) => network.vpcs.has(id), missing: 'InvalidVpcID.NotFound' },
  igw: {
    type: 'internet-gateway',
    has: ({ network }, id) => network.gateways.has(id),
    missing: 'InvalidInternetGatewayID.NotFound',
  },
  rtb: {
    type: 'route-table',
    has: ({ network }, id) => network.routeTables.has(id),
    missing: 'InvalidRouteTableID.NotFound',
  },
  vpce: {
    type: 'vpc-endpoint',
    has: ({ network }, id) => network.endpoints.has(id),
    missing: 'InvalidVpcEndpointId.NotFound',
  },
}

const kindOf = (id: string): Kind | undefined => KINDS[id.split('-')[0] ?? '']

function refuseMissing(world: World, ids: readonly string[]): void {
  for (const id of ids) {
    const kind = kindOf(id)
    if (!kind) throw new AwsFault('InvalidID', `The ID '${id}' is not valid`)
    if (!kind.has(world, id)) throw new AwsFault(kind.missing, `The ID '${id}' does not exist`)
  }
}

/** All resources or none. @throws AwsFault Invalid….NotFound */
export function createTags({ world }: Cloud, input: CreateTagsRequest): void {
  const ids = input.Resources ?? []
  refuseMissing(world, ids)
  const tags = readTags(input.Tags)
  if (ids.some((id) => world.instances.get(id)?.metadataTags)) refuseMetadataKeys(tags)
  endDryRun(input)
  for (const id of ids) addTags(world, id, tags)
}

/** A tag given with a value goes only if it has that value; no tags at all means every tag. */
export function deleteTags({ world }: Cloud, input: DeleteTagsRequest): void {
  const ids = input.Resources ?? []
  refuseMissing(world, ids)
  endDryRun(input)
  for (const id of ids) {
    const goes = ([key, value]: [string, string]) =>
      !input.Tags?.length ||
      input.Tags.some(({ Key, Value }) => Key === key && (Value === undefined || Value === value))
    const kept = Object.entries(world.tags.get(id) ?? {}).filter((entry) => !goes(entry))
    world.tags.set(id, Object.fromEntries(kept))
  }
}

export function describeTags({ world }: Cloud, input: DescribeTagsRequest) {
  const all = [...world.tags].flatMap(([id, tags]) => {
    const type = kindOf(id)?.type
    return type ? Object.entries(tags).map(([key, value]) => ({ id, key, value, type })) : []
  })
  const fields = { 'resource-id': 'id', 'resource-type': 'type', key: 'key', value: 'value' } as const
  const found = all.filter((tag) =>
    (input.Filters ?? []).every(({ Name = '', Values = [] }) => {
      if (!Object.hasOwn(fields, Name))
        throw new AwsFault('InvalidParameterValue', `The filter '${Name}' is invalid`)
      return Values.includes(tag[fields[Name as keyof typeof fields]])
    }),
  )
  const page = paginate(found, input.MaxResults, input.NextToken)
  return {
    Tags: page.items.map(({ id, key, value, type }) => ({
      Key: key,
      Value: value,
      ResourceId: id,
      ResourceType: type,
    })),
    NextToken: page.next,
  }
}
