import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'

interface Reply {
  documentStatus: string
  documentTraceOutput: string
  runtimeStatus: Record<string, Record<string, unknown>>
}

interface Command {
  instanceId: string
  content?: object
  parameters?: Record<string, unknown>
  commandId?: string
}

interface Seen {
  operation: string
  input: Record<string, string>
  headers: IncomingHttpHeaders
  /** Milliseconds since the epoch. */
  at: number
}

interface Queued {
  MessageId: string
  Topic: string
  Destination: string
  Payload: string
  /** Delivered from here on; once more when nobody says that he has it, as an answer may be lost on the way. */
  due: number
}

/** What the service does in place of answering well; `away` cuts the connection. */
type Trouble = { status: number; code: string } | 'away'

const REDELIVERY_MS = 2_000
const LONGEST_POLL_MS = 3_000

const runShellScript = {
  schemaVersion: '1.2',
  parameters: { workingDirectory: { default: '' }, executionTimeout: { default: '3600' } },
  runtimeConfig: {
    'aws:runShellScript': {
      properties: [
        {
          id: '0.aws:runShellScript',
          runCommand: '{{ commands }}',
          workingDirectory: '{{ workingDirectory }}',
          timeoutSeconds: '{{ executionTimeout }}',
        },
      ],
    },
  },
}

const isFinal = ({ documentStatus }: Reply) =>
  documentStatus !== 'InProgress' && documentStatus !== 'SuccessAndReboot'

const isEndOf = (operation: string, { Payload = '{}' }: Record<string, string>) =>
  ['AcknowledgeMessage', 'FailMessage'].includes(operation) ||
  (operation === 'SendReply' && isFinal(JSON.parse(Payload) as Reply))

export const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** The service's side of the agent's protocol, with nothing behind it: hands out messages, keeps what it is told. */
export function createFakeAgentService() {
  const queue: Queued[] = []
  const seen: Seen[] = []
  const wake = new Set<() => void>()
  const troubles = new Map<string, Trouble>()
  const answers: Record<string, object> = {}

  const send = (topic: string, instanceId: string, id: string, payload: string) => {
    const MessageId = `aws.ssm.${id}.${instanceId}`
    queue.push({ MessageId, Topic: topic, Destination: instanceId, Payload: payload, due: 0 })
    for (const ring of wake) ring()
    return MessageId
  }
  const due = () => queue.filter((message) => message.due <= Date.now())
  const nextMessages = async () => {
    if (!due().length)
      await new Promise<void>((resolve) => {
        wake.add(resolve)
        setTimeout(resolve, LONGEST_POLL_MS)
      })
    return due().map((message) => {
      message.due = Date.now() + REDELIVERY_MS
      const { due: _, ...rest } = message
      return rest
    })
  }
  const drop = (messageId: string | undefined) => {
    const at = queue.findIndex(({ MessageId }) => MessageId === messageId)
    if (at >= 0) queue.splice(at, 1)
  }
  const about = (messageId: string) => seen.filter(({ input }) => input['MessageId'] === messageId)
  const repliesTo = (messageId: string): Reply[] =>
    about(messageId)
      .filter(({ operation }) => operation === 'SendReply')
      .map(({ input }) => JSON.parse(input['Payload'] ?? '') as Reply)
  const until = async (condition: () => boolean, withinMs = 10_000): Promise<void> => {
    for (let left = withinMs; left > 0 && !condition(); left -= 20) await sleep(20)
    if (!condition()) throw new Error(`not within ${withinMs} ms`)
  }

  return {
    seen,
    about,
    repliesTo,
    until,
    /** What operations answer other than `{}`. */
    answers,
    /** By operation, or `*` for all. */
    troubles,
    handle: async (request: IncomingMessage, response: ServerResponse) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
      const input = (await json(request)) as Record<string, string>
      seen.push({ operation, input, headers: request.headers, at: Date.now() })
      const trouble = troubles.get(operation) ?? troubles.get('*')
      if (trouble === 'away') return void response.destroy()
      if (trouble) {
        response.writeHead(trouble.status)
        return void response.end(JSON.stringify({ __type: trouble.code, message: 'on purpose' }))
      }
      if (isEndOf(operation, input)) drop(input['MessageId'])
      const polled = operation === 'GetMessages' ? { Messages: await nextMessages() } : undefined
      response.end(JSON.stringify(polled ?? answers[operation] ?? {}))
    },
    sendRaw: (topic: string, instanceId: string, payload: string) =>
      send(topic, instanceId, randomUUID(), payload),
    sendCommand({
      instanceId,
      content = runShellScript,
      parameters = {},
      commandId = randomUUID(),
    }: Command): string {
      const payload = {
        CommandId: commandId,
        DocumentName: 'AWS-RunShellScript',
        DocumentContent: content,
        Parameters: parameters,
      }
      return send('aws.ssm.sendCommand', instanceId, commandId, JSON.stringify(payload))
    },
    cancel: (instanceId: string, target: string) =>
      send('aws.ssm.cancelCommand', instanceId, randomUUID(), JSON.stringify({ CancelMessageId: target })),
    /** The last word on a message. */
    async final(messageId: string, withinMs = 20_000): Promise<Reply> {
      await until(() => repliesTo(messageId).some(isFinal), withinMs).catch(() => {
        throw new Error(
          `no final reply to ${messageId} within ${withinMs} ms; ${JSON.stringify(repliesTo(messageId))}`,
        )
      })
      const last = repliesTo(messageId).find(isFinal)
      if (!last) throw new Error('it was there a moment ago')
      return last
    },
  }
}
