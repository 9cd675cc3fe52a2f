import { createHash, randomUUID } from 'node:crypto'
import type { Call } from '../../wire/service.ts'
import type { Command } from '../../world/command.ts'
import { delivered, isDeliverable, isFinished } from '../../world/invocation.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { agentOf, callingNode } from './caller.ts'
import { changeInvocation, commandOf } from './commands.ts'
import { agentParameters, documentOf } from './documents.ts'
import { touch } from './instance-information.ts'

/** A message for an agent (amazon-ssm-agent 3.3, as recorded). */
export interface Message {
  /** `aws.ssm.<commandId>.<instanceId>` */
  MessageId: string
  Topic: string
  Destination: string
  CreatedDate: string
  Payload: string
  PayloadDigest: string
}

interface GetMessagesInput {
  Destination: string
  MessagesRequestId: string
  VisibilityTimeoutInSeconds?: number
}

/** The agent gives up a poll that isn't answered within 20 s. */
const HOLD_MS = 19_000
/** What the agent asks for. */
const DEFAULT_VISIBILITY_SECONDS = 10
/** Below this a busy node could get a message twice because its acknowledgement was on the way. */
const SHORTEST_VISIBILITY_MS = 2_000

const messageIdOf = (commandId: string, instanceId: string) => `aws.ssm.${commandId}.${instanceId}`

/** A long poll: answered the moment there is a message, else empty after the longest time an agent waits. */
export async function getMessages(cloud: Cloud, input: GetMessagesInput, call: Call) {
  const { world, doorbell } = cloud
  const { id } = agentOf(world, call, input.Destination)
  const visibilityMs = Math.max(
    ((input.VisibilityTimeoutInSeconds ?? DEFAULT_VISIBILITY_SECONDS) * 1000) / world.speed,
    SHORTEST_VISIBILITY_MS,
  )
  const deadline = world.clock.now() + HOLD_MS
  for (;;) {
    // A message given to a caller that has left would be late by its visibility time-out.
    if (call.signal?.aborted) return {}
    touch(world, id)
    const messages = takeMessages(world, id, visibilityMs)
    const left = deadline - world.clock.now()
    if (messages.length > 0 || left <= 0 || world.signal.aborted || !callingNode(world, call))
      return { Destination: id, MessagesRequestId: input.MessagesRequestId, Messages: messages }
    await doorbell.wait(id, Math.min(left, untilRedelivery(world, id)), call.signal)
  }
}

/** Milliseconds until a message that was delivered and never acknowledged is due again. */
function untilRedelivery(world: World, instanceId: string): number {
  const due = unfinishedFor(world, instanceId).flatMap(({ invocations }) => {
    const invocation = invocations.get(instanceId)
    return invocation?.released && !invocation.acknowledged ? invocation.deliverableAt : []
  })
  return Math.max(0, Math.min(...due) - world.clock.now())
}

/** Commands that this node has not finished, oldest first. */
const unfinishedFor = (world: World, instanceId: string): Command[] =>
  [...world.commands.values()]
    .filter(({ invocations }) => {
      const invocation = invocations.get(instanceId)
      return invocation && !isFinished(invocation)
    })
    .flatMap(({ id }) => commandOf(world, id) ?? [])

function takeMessages(world: World, instanceId: string, visibilityMs: number): Message[] {
  return [...cancelMessages(world, instanceId), ...commandMessages(world, instanceId, visibilityMs)]
}

function commandMessages(world: World, instanceId: string, visibilityMs: number): Message[] {
  const now = world.clock.now()
  const due = unfinishedFor(world, instanceId).filter(({ invocations }) => {
    const invocation = invocations.get(instanceId)
    return invocation && isDeliverable(invocation, now)
  })
  return due.map((command) => {
    changeInvocation(world, command.id, instanceId, (one) => delivered(one, now + visibilityMs))
    const document = documentOf(command.documentName, undefined)
    return message(
      instanceId,
      messageIdOf(command.id, instanceId),
      'aws.ssm.sendCommand',
      command.requestedAt,
      {
        CommandId: command.id,
        DocumentName: command.documentName,
        DocumentContent: document.content,
        Parameters: agentParameters(document, command.parameters),
        OutputS3BucketName: '',
        OutputS3KeyPrefix: '',
        CloudWatchLogGroupName: '',
        CloudWatchOutputEnabled: 'false',
      },
    )
  })
}

function cancelMessages(world: World, instanceId: string): Message[] {
  const commandIds = world.cancellations.get(instanceId) ?? []
  world.cancellations.delete(instanceId)
  return commandIds.map((commandId) =>
    message(instanceId, messageIdOf(randomUUID(), instanceId), 'aws.ssm.cancelCommand', world.clock.now(), {
      CancelMessageId: messageIdOf(commandId, instanceId),
    }),
  )
}

function message(instanceId: string, id: string, topic: string, createdAt: number, content: object): Message {
  const payload = JSON.stringify(content)
  return {
    MessageId: id,
    Topic: topic,
    Destination: instanceId,
    CreatedDate: new Date(createdAt).toISOString(),
    Payload: payload,
    PayloadDigest: createHash('sha256').update(payload).digest('hex'),
  }
}
