import type { TagSpecification } from '@aws-sdk/client-ec2'
import type { ConditionKeys } from '../../world/policy-condition.ts'
import type { World } from '../../world/world.ts'
import { type Demand, requestTags, resourceTags } from './demand.ts'

const TYPES: Readonly<Record<string, string>> = {
  i: 'instance',
  vol: 'volume',
  eni: 'network-interface',
  sg: 'security-group',
  sgr: 'security-group-rule',
  subnet: 'subnet',
  vpc: 'vpc',
  igw: 'internet-gateway',
  rtb: 'route-table',
  vpce: 'vpc-endpoint',
}

const arnOf = ({ region, account }: World, type: string, id: string) =>
  `arn:aws:ec2:${region}:${account}:${type}/${id}`

/** A resource that is there, by its id, with its tags. One that isn't there has none. */
export function standing(world: World, id: string, keys: ConditionKeys = {}): Demand {
  const type = TYPES[id.split('-')[0] ?? ''] ?? '*'
  return {
    resource: arnOf(world, type, id),
    keys: { ...keys, ...resourceTags(world.tags.get(id), 'ec2') },
  }
}

/** Resources that the call would make: they have no id yet. */
export const made = (world: World, type: string, keys: ConditionKeys): Demand => ({
  resource: arnOf(world, type, '*'),
  keys,
})

/** Tags in a call that creates need the right to tag besides, in that call. */
export const tagging = (
  world: World,
  createAction: string,
  specifications: readonly TagSpecification[] = [],
): Demand[] =>
  specifications.map(({ ResourceType: type = '*', Tags: tags }) => ({
    ...made(world, type, { ...requestTags(tags), 'ec2:createaction': [createAction] }),
    action: 'ec2:CreateTags',
  }))
