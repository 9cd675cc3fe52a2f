import { randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import { httpText } from './http-text.ts'
import type { InstanceIdentity } from './instance-identity.ts'
import { signedHeaders } from './sign.ts'

export interface Message {
  MessageId: string
  Topic: string
  Payload: string
}

/** What the agent asks of AWS. */
export interface AgentApi {
  register(publicKey: string): Promise<void>
  updateInformation(information: Readonly<Record<string, string>>): Promise<void>
  /** Held open by the service until there is a message, at most 20 s. */
  getMessages(): Promise<Message[]>
  reply(messageId: string, payload: object): Promise<void>
  acknowledge(messageId: string): Promise<void>
  fail(messageId: string): Promise<void>
  listAssociations(): Promise<void>
}

/** An answer other than success; `refused` when other credentials are needed. */
export class AgentApiError extends Error {
  readonly refused: boolean

  constructor(operation: string, status: number, text: string) {
    super(`${operation}: ${status} ${text.slice(0, 300)}`)
    this.name = 'AgentApiError'
    this.refused =
      /AccessDenied|UnrecognizedClient|ExpiredToken|InvalidClientTokenId|AuthorizationFailure/.test(text)
  }
}

const Messages = z.object({
  Messages: z.optional(
    z.nullable(z.array(z.object({ MessageId: z.string(), Topic: z.string(), Payload: z.string() }))),
  ),
})

const POLL_TIMEOUT_MS = 25_000
const CALL_TIMEOUT_MS = 10_000
const SSM = { service: 'ssm', prefix: 'AmazonSSM' }
const MESSAGES = { service: 'ec2messages', prefix: 'EC2WindowsMessageDeliveryService' }

export function createAgentApi(endpoint: string, identity: InstanceIdentity): AgentApi {
  const { instanceId, region } = identity
  const call = async (
    { service, prefix }: typeof SSM,
    operation: string,
    input: object,
    timeoutMs = CALL_TIMEOUT_MS,
  ): Promise<unknown> => {
    const body = JSON.stringify(input)
    const target = `${prefix}.${operation}`
    const signing = { service, region, target, body, host: new URL(endpoint).host, now: new Date() }
    const headers = signedHeaders(signing, await identity.credentials())
    const { status, text } = await httpText({ method: 'POST', url: `${endpoint}/`, headers, body, timeoutMs })
    if (status !== 200) throw new AgentApiError(operation, status, text)
    return JSON.parse(text || '{}')
  }

  return {
    register: async (PublicKey) => {
      await call(SSM, 'RegisterManagedInstance', { Fingerprint: instanceId, PublicKey, PublicKeyType: 'Rsa' })
    },
    updateInformation: async (information) => {
      await call(SSM, 'UpdateInstanceInformation', { InstanceId: instanceId, ...information })
    },
    async getMessages() {
      const request = {
        Destination: instanceId,
        MessagesRequestId: randomUUID(),
        VisibilityTimeoutInSeconds: 10,
      }
      return Messages.parse(await call(MESSAGES, 'GetMessages', request, POLL_TIMEOUT_MS)).Messages ?? []
    },
    reply: async (MessageId, payload) => {
      const Payload = JSON.stringify(payload)
      await call(MESSAGES, 'SendReply', { MessageId, ReplyId: randomUUID(), Payload })
    },
    acknowledge: async (MessageId) => {
      await call(MESSAGES, 'AcknowledgeMessage', { MessageId })
    },
    fail: async (MessageId) => {
      await call(MESSAGES, 'FailMessage', { MessageId, FailureType: 'InternalHandlerException' })
    },
    listAssociations: async () => {
      await call(SSM, 'ListInstanceAssociations', { InstanceId: instanceId, MaxResults: 20 })
    },
  }
}
