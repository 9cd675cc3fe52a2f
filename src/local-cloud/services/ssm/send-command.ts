import { randomUUID } from 'node:crypto'
import type { SendCommandRequest, SendCommandResult, Target } from '@aws-sdk/client-ssm'
import { AwsFault } from '../../wire/service.ts'
import type { Command } from '../../world/command.ts'
import { newInvocation } from '../../world/invocation.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { commandView } from './command-view.ts'
import { commandOf } from './commands.ts'
import { DEFAULT_EXECUTION_SECONDS, documentOf, refuseParameters } from './documents.ts'
import { isRegistered } from './registration.ts'

/** InvocationDoesNotExist for "a second or two" (AWS documentation). */
const INVISIBLE_SECONDS = 1.5
const DEFAULT_DELIVERY_SECONDS = 3600
const MOST_NODES = 50

export function sendCommand(cloud: Cloud, input: SendCommandRequest): SendCommandResult {
  const { world, doorbell } = cloud
  const document = documentOf(input.DocumentName ?? '', input.DocumentVersion)
  refuseParameters(document, input.Parameters ?? {})
  const nodes = nodesFor(world, input)
  const command = newCommand(world, input, nodes)
  world.commands.set(command.id, command)
  for (const node of nodes) doorbell.ring(node)
  return { Command: commandView(commandOf(world, command.id) ?? command) }
}

function nodesFor(
  world: World,
  { InstanceIds: ids = [], Targets: targets = [] }: SendCommandRequest,
): string[] {
  if (ids.length > 0 && targets.length > 0)
    throw new AwsFault('ValidationException', 'Either InstanceIds or Targets may be given, not both.')
  if (ids.length === 0 && targets.length === 0)
    throw new AwsFault('ValidationException', 'Either InstanceIds or Targets must be given.')
  if (new Set(ids).size < ids.length)
    throw new AwsFault(
      'DuplicateInstanceId',
      'You cannot specify an instance ID in more than one association.',
    )
  const bad = ids.filter((id) => !isRegistered(world, id))
  if (bad.length > 0)
    throw new AwsFault(
      'InvalidInstanceId',
      `Instances [[${bad.join(', ')}]] not in a valid state for account ${world.account}`,
    )
  return ids.length > 0 ? ids : targeted(world, targets)
}

function targeted(world: World, targets: readonly Target[]): string[] {
  const matching = [...world.nodes.keys()].filter(
    (id) => isRegistered(world, id) && targets.every((target) => matches(world, id, target)),
  )
  if (matching.length > MOST_NODES)
    throw new AwsFault('ValidationException', `the local cloud targets at most ${MOST_NODES} nodes by tag`)
  return matching
}

function matches(world: World, id: string, { Key: key = '', Values: values = [] }: Target): boolean {
  if (key === 'InstanceIds') return values.includes(id)
  if (key.startsWith('tag:')) return values.includes(world.tags.get(id)?.[key.slice(4)] ?? '')
  throw new AwsFault('ValidationException', `the local cloud does not know the target key ${key}`)
}

function newCommand(world: World, input: SendCommandRequest, nodes: readonly string[]): Command {
  const now = world.clock.now()
  return {
    id: randomUUID(),
    documentName: input.DocumentName ?? '',
    documentVersion: input.DocumentVersion ?? '$DEFAULT',
    comment: input.Comment ?? '',
    parameters: input.Parameters ?? {},
    instanceIds: input.InstanceIds ?? [],
    targets: (input.Targets ?? []).map(({ Key = '', Values = [] }) => ({ key: Key, values: Values })),
    requestedAt: now,
    visibleAt: now + (INVISIBLE_SECONDS * 1000) / world.speed,
    timeoutSeconds: input.TimeoutSeconds ?? DEFAULT_DELIVERY_SECONDS,
    executionSeconds: Number(input.Parameters?.['executionTimeout']?.[0] ?? DEFAULT_EXECUTION_SECONDS),
    maxConcurrency: input.MaxConcurrency ?? '50',
    maxErrors: input.MaxErrors ?? '0',
    cancelled: false,
    invocations: new Map(nodes.map((node) => [node, newInvocation(node, now)])),
  }
}
