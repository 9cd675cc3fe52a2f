import { randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import { callAws, isRefusal } from './call-aws.ts'
import type { Identity } from './identity.ts'
import { withSecret } from './sign.ts'

export interface Message {
  MessageId: string
  Topic: string
  Payload: string
}

interface StoredParameter {
  Name: string
  Type: string
  Value: string
}

/** What the agent asks of AWS with its role's keys. */
export interface AgentApi {
  updateInformation(information: Readonly<Record<string, string>>): Promise<void>
  /** Held open by the service until there is a message, at most 20 s. */
  getMessages(): Promise<Message[]>
  reply(messageId: string, payload: object): Promise<void>
  acknowledge(messageId: string): Promise<void>
  fail(messageId: string): Promise<void>
  listAssociations(): Promise<void>
  getParameters(names: readonly string[]): Promise<StoredParameter[]>
}

const Messages = z.object({
  Messages: z.optional(
    z.nullable(z.array(z.object({ MessageId: z.string(), Topic: z.string(), Payload: z.string() }))),
  ),
})
const Parameters = z.object({
  Parameters: z.array(z.object({ Name: z.string(), Type: z.string(), Value: z.string() })),
})

const POLL_TIMEOUT_MS = 25_000

export function createAgentApi(endpoint: string, identity: Identity): AgentApi {
  const { nodeId, region } = identity
  const call = async (
    service: 'ssm' | 'ec2messages',
    operation: string,
    input: object,
    timeout: { timeoutMs?: number } = {},
  ): Promise<unknown> => {
    const signer = withSecret(await identity.credentials())
    try {
      return await callAws({ endpoint, region, service, operation, input, signer, ...timeout })
    } catch (error) {
      if (isRefusal(error)) identity.discardCredentials()
      throw error
    }
  }

  return {
    updateInformation: async (information) => {
      await call('ssm', 'UpdateInstanceInformation', { InstanceId: nodeId, ...information })
    },
    async getMessages() {
      const request = {
        Destination: nodeId,
        MessagesRequestId: randomUUID(),
        VisibilityTimeoutInSeconds: 10,
      }
      const answer = await call('ec2messages', 'GetMessages', request, { timeoutMs: POLL_TIMEOUT_MS })
      return Messages.parse(answer).Messages ?? []
    },
    reply: async (MessageId, payload) => {
      const Payload = JSON.stringify(payload)
      await call('ec2messages', 'SendReply', { MessageId, ReplyId: randomUUID(), Payload })
    },
    acknowledge: async (MessageId) => {
      await call('ec2messages', 'AcknowledgeMessage', { MessageId })
    },
    fail: async (MessageId) => {
      await call('ec2messages', 'FailMessage', { MessageId, FailureType: 'InternalHandlerException' })
    },
    listAssociations: async () => {
      await call('ssm', 'ListInstanceAssociations', { InstanceId: nodeId, MaxResults: 20 })
    },
    getParameters: async (Names) =>
      Parameters.parse(await call('ssm', 'GetParameters', { Names, WithDecryption: false })).Parameters,
  }
}
