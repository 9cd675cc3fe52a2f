import * as z from 'zod'
import { AwsFault, type Call } from '../../wire/service.ts'
import {
  type Invocation,
  isDeliverable,
  type Reply,
  replied,
  type Step,
  statusFromAgent,
} from '../../world/invocation.ts'
import type { Cloud } from '../cloud.ts'
import { agentOf } from './caller.ts'
import { changeInvocation } from './commands.ts'

const stepSchema = z.object({
  status: z.string(),
  code: z.number().int(),
  output: z.unknown().optional(),
  standardOutput: z.string().default(''),
  standardError: z.string().default(''),
  startDateTime: z.string().optional(),
  endDateTime: z.string().optional(),
})

/** What an agent sends about a document (amazon-ssm-agent 3.3, as recorded). */
const replySchema = z.object({
  documentStatus: z.string(),
  documentTraceOutput: z.string().default(''),
  runtimeStatus: z.record(z.string(), stepSchema).nullish(),
})

interface MessageInput {
  MessageId: string
}

/** Takes in a reply. One about a cancel message, or about a command that isn't there, changes nothing. */
export function sendReply(
  cloud: Cloud,
  input: MessageInput & { ReplyId: string; Payload: string },
  call: Call,
) {
  const reply = readReply(input.Payload)
  return changed(cloud, input, call, (invocation) => replied(invocation, reply))
}

export function acknowledgeMessage(cloud: Cloud, input: MessageInput, call: Call) {
  return changed(cloud, input, call, (invocation) => ({ ...invocation, acknowledged: true }))
}

/** The agent can't make anything of the message. */
export function failMessage(cloud: Cloud, input: MessageInput & { FailureType?: string }, call: Call) {
  return changed(cloud, input, call, (invocation) =>
    replied({ ...invocation, acknowledged: true }, { documentStatus: 'Failed', steps: [] }),
  )
}

function changed(
  cloud: Cloud,
  { MessageId: messageId }: MessageInput,
  call: Call,
  change: (invocation: Invocation) => Invocation,
) {
  const [, commandId, instanceId] = /^aws\.ssm\.(.+)\.(m?i-[0-9a-f]+)$/.exec(messageId) ?? []
  if (commandId === undefined || instanceId === undefined)
    throw new AwsFault('ValidationException', `${messageId} is not the id of a message`)
  agentOf(cloud.world, call, instanceId)
  const command = changeInvocation(cloud.world, commandId, instanceId, change)
  // One that ends may let others go.
  for (const other of command?.invocations.values() ?? [])
    if (isDeliverable(other, cloud.world.clock.now())) cloud.doorbell.ring(other.instanceId)
  return {}
}

function readReply(payload: string): Reply {
  const parsed = replySchema.safeParse(parseJson(payload))
  if (!parsed.success)
    throw new AwsFault('ValidationException', `Payload is not a reply: ${z.prettifyError(parsed.error)}`)
  const { documentStatus, runtimeStatus } = parsed.data
  return { documentStatus, steps: Object.entries(runtimeStatus ?? {}).map(toStep) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function toStep([name, step]: [string, z.output<typeof stepSchema>]): Step {
  return {
    name,
    status: statusFromAgent(step.status) ?? 'Failed',
    code: step.code,
    output: typeof step.output === 'string' ? step.output : '',
    stdout: step.standardOutput,
    stderr: step.standardError,
    startedAt: step.startDateTime || undefined,
    endedAt: step.endDateTime || undefined,
  }
}
