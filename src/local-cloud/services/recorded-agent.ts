import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Call, Handler, Handlers, ServiceName } from '../wire/service.ts'
import type { World } from '../world/world.ts'

export interface RecordedCommand {
  instanceId: string
  /** What SendCommand was told, so that an answer can be chosen by the script's name. */
  comment: string
  commands: readonly string[]
}

export interface RecordedAnswer {
  exitCode: number
  stdout: string
}

export type Answer = (command: RecordedCommand) => RecordedAnswer

export interface RecordedAgent {
  call: (service: ServiceName, operation: string, input: object) => Promise<unknown>
  instanceId: string
  privateIp: string
}

const messagesSchema = z.object({
  Messages: z.array(z.object({ MessageId: z.string(), Topic: z.string(), Payload: z.string() })),
})
const payloadSchema = z.object({
  CommandId: z.string(),
  Parameters: z.object({ commands: z.array(z.string()) }),
})

// An agent takes a key for half an hour (amazon-ssm-agent 3.3).
const KEEP_KEY_MS = 30 * 60_000

/** Calls as a machine does: with the key that its metadata service hands out. */
export function caller(
  handlers: Handlers,
  { region, clock }: World,
  metadata: () => Record<string, string>,
): RecordedAgent['call'] {
  let key: { id: string | undefined; until: number } | undefined
  const accessKeyId = () => {
    if (!key?.id || key.until <= clock.now())
      key = { id: accessKeyOf(metadata()), until: clock.now() + KEEP_KEY_MS }
    return key.id
  }
  return async (service, operation, input) => {
    const handler: Handler | undefined = handlers[service]?.[operation]
    if (!handler) throw new Error(`the local cloud does not know ${service}:${operation}`)
    const call: Call = {
      service,
      operation,
      region,
      accessKeyId: accessKeyId(),
      sourceAddress: undefined,
      requestId: randomUUID(),
    }
    return handler(input, call)
  }
}

const roleSchema = z.object({ AccessKeyId: z.string() })

function accessKeyOf(metadata: Record<string, string>): string | undefined {
  const path = Object.keys(metadata).find((one) => one.startsWith('meta-data/iam/security-credentials/'))
  if (path === undefined) return undefined
  return roleSchema.parse(JSON.parse(metadata[path] ?? '')).AccessKeyId
}

export async function register({ call, instanceId, privateIp }: RecordedAgent): Promise<void> {
  await call('ssm', 'UpdateInstanceInformation', {
    InstanceId: instanceId,
    AgentVersion: '3.3.0.0',
    AgentStatus: 'Active',
    ComputerName: instanceId,
    IPAddress: privateIp,
    PlatformType: 'Linux',
    PlatformName: 'Ubuntu',
    PlatformVersion: '24.04',
  })
}

export async function serve(
  machine: RecordedAgent,
  isOn: () => boolean,
  answer: Answer,
  world: World,
): Promise<void> {
  while (isOn() && !world.signal.aborted) {
    const polled = await machine.call('ec2messages', 'GetMessages', {
      Destination: machine.instanceId,
      MessagesRequestId: randomUUID(),
      VisibilityTimeoutInSeconds: 10,
    })
    for (const { MessageId, Topic, Payload } of messagesSchema.parse(polled).Messages) {
      await machine.call('ec2messages', 'AcknowledgeMessage', { MessageId })
      if (Topic.startsWith('aws.ssm.sendCommand')) await reply(machine, MessageId, Payload, answer, world)
    }
  }
}

async function reply(
  { call, instanceId }: RecordedAgent,
  MessageId: string,
  payload: string,
  answer: Answer,
  world: World,
): Promise<void> {
  const { CommandId, Parameters } = payloadSchema.parse(JSON.parse(payload))
  const comment = world.commands.get(CommandId)?.comment ?? ''
  const { exitCode, stdout } = answer({ instanceId, comment, commands: Parameters.commands })
  const status = exitCode === 0 ? 'Success' : 'Failed'
  const now = new Date(world.clock.now()).toISOString()
  const step = {
    status,
    code: exitCode,
    output: stdout,
    standardOutput: stdout,
    standardError: '',
    startDateTime: now,
    endDateTime: now,
  }
  await call('ec2messages', 'SendReply', {
    MessageId,
    ReplyId: randomUUID(),
    Payload: JSON.stringify({ documentStatus: status, runtimeStatus: { 'aws:runShellScript': step } }),
  })
}
