import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation,
} from '@aws-sdk/client-ssm'
import { AwsFault, type Call } from '../../wire/service.ts'
import { type ManagedNode, pingStatus } from '../../world/managed-node.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { agentOf } from './caller.ts'
import { isRegistered } from './registration.ts'

interface UpdateInput {
  InstanceId: string
  AgentName?: string
  AgentStatus?: string
  AgentVersion?: string
  AvailabilityZone?: string
  AvailabilityZoneId?: string
  ComputerName?: string
  IPAddress?: string
  PlatformName?: string
  PlatformType?: string
  PlatformVersion?: string
  SourceId?: string
  SourceLocation?: string
  SourceType?: string
  SSMConnectionChannel?: string
}

/** The agent's report. The short form that comes first says nothing of the platform and registers nothing. */
export function updateInstanceInformation({ world }: Cloud, input: UpdateInput, call: Call) {
  const { id } = agentOf(world, call, input.InstanceId)
  const before = world.nodes.get(id)
  const now = world.clock.now()
  if (input.ComputerName === undefined) {
    touch(world, id)
    return {}
  }
  world.nodes.set(id, {
    instanceId: id,
    agentVersion: input.AgentVersion ?? '',
    computerName: input.ComputerName,
    ipAddress: input.IPAddress ?? '',
    platformName: input.PlatformName ?? '',
    platformType: input.PlatformType ?? 'Linux',
    platformVersion: input.PlatformVersion ?? '',
    registeredAt: before?.registeredAt ?? now,
    lastContactAt: now,
  })
  return {}
}

/** The agent was heard of. */
export function touch(world: World, id: string): void {
  const node = world.nodes.get(id)
  if (node) world.nodes.set(id, { ...node, lastContactAt: world.clock.now() })
}

const PAGE = 10

/** Registered nodes that aren't off; an id that isn't registered just doesn't appear. */
export function describeInstanceInformation(
  { world }: Cloud,
  input: DescribeInstanceInformationRequest,
): DescribeInstanceInformationResult {
  const filters = [
    ...(input.Filters ?? []).map(({ Key, Values }) => ({ key: Key ?? '', values: Values ?? [] })),
    ...(input.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({
      key: key ?? '',
      values: valueSet ?? [],
    })),
  ]
  const nodes = [...world.nodes.values()]
    .filter(({ instanceId }) => isRegistered(world, instanceId))
    .filter((node) => isShown(world, node))
    .filter((node) =>
      filters.every(({ key, values }) => valuesOf(world, node, key).some((one) => values.includes(one))),
    )
  const page = paginate(nodes, input.MaxResults ?? PAGE, input.NextToken, 'InvalidNextToken')
  return { InstanceInformationList: page.items.map((node) => view(world, node)), NextToken: page.next }
}

/** A machine that was stopped is shown again when its agent reports after the start (aws/amazon-ssm-agent#407). */
function isShown({ instances }: World, { instanceId, lastContactAt }: ManagedNode): boolean {
  const instance = instances.get(instanceId)
  return !instance || (instance.state !== 'stopped' && lastContactAt >= instance.launchedAt)
}

/** @throws AwsFault InvalidFilterKey */
function valuesOf(world: World, node: ManagedNode, key: string): string[] {
  const tags = world.tags.get(node.instanceId) ?? {}
  if (key.startsWith('tag:')) return [tags[key.slice(4)] ?? '']
  if (key === 'tag-key') return Object.keys(tags)
  const known: Record<string, string> = {
    InstanceIds: node.instanceId,
    PingStatus: pingStatus(node, world.clock.now(), world.speed),
    PlatformType: node.platformType,
    PlatformTypes: node.platformType,
    AgentVersion: node.agentVersion,
    ResourceType: resourceType(node),
    ActivationIds: world.registrations.get(node.instanceId)?.activation?.id ?? '',
    IamRole: world.registrations.get(node.instanceId)?.activation?.iamRole ?? '',
  }
  const value = known[key]
  if (value === undefined) throw new AwsFault('InvalidFilterKey', `The filter key ${key} is not valid`)
  return [value]
}

function view(world: World, node: ManagedNode): InstanceInformation {
  return {
    InstanceId: node.instanceId,
    PingStatus: pingStatus(node, world.clock.now(), world.speed),
    LastPingDateTime: new Date(node.lastContactAt),
    AgentVersion: node.agentVersion,
    IsLatestVersion: true,
    PlatformType: node.platformType === 'Linux' ? 'Linux' : 'Windows',
    PlatformName: node.platformName,
    PlatformVersion: node.platformVersion,
    ResourceType: resourceType(node),
    IPAddress: node.ipAddress,
    ComputerName: node.computerName,
    ...origin(world, node),
  }
}

const resourceType = ({ instanceId }: ManagedNode) =>
  instanceId.startsWith('mi-') ? 'ManagedInstance' : 'EC2Instance'

/** Where a node comes from: a machine outside EC2 shows the activation that let it in. */
function origin(world: World, { instanceId }: ManagedNode): Partial<InstanceInformation> {
  const registration = world.registrations.get(instanceId)
  if (!registration?.activation) return { SourceId: instanceId, SourceType: 'AWS::EC2::Instance' }
  const { id, iamRole, name } = registration.activation
  return {
    ActivationId: id,
    IamRole: iamRole,
    RegistrationDate: new Date(registration.registeredAt),
    Name: name,
  }
}
