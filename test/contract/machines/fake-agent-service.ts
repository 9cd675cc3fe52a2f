import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
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

/** The service's side of the agent's protocol, with nothing behind it: hands out messages, keeps what it is told. */
export function createFakeAgentService() {
  const queue: (Record<'MessageId' | 'Topic' | 'Destination' | 'Payload', string> & { due: number })[] = []
  const seen: { operation: string; input: Record<string, string>; authorization: string }[] = []
  const wake = new Set<() => void>()

  const send = (topic: string, instanceId: string, id: string, payload: string) => {
    const MessageId = `aws.ssm.${id}.${instanceId}`
    queue.push({
      due: 0,
      MessageId,
      Topic: topic,
      Destination: instanceId,
      Payload: payload,
    })
    for (const ring of wake) ring()
    return MessageId
  }
  const repliesTo = (messageId: string): Reply[] =>
    seen
      .filter(({ operation, input }) => operation === 'SendReply' && input['MessageId'] === messageId)
      .map(({ input }) => JSON.parse(input['Payload'] ?? '') as Reply)
  const isFinal = ({ documentStatus }: Reply) =>
    documentStatus !== 'InProgress' && documentStatus !== 'SuccessAndReboot'

  const due = () => queue.filter((message) => message.due <= Date.now())
  /** Delivered once more when nobody says that he has it: an answer may be lost on the way. */
  const nextMessages = async () => {
    if (!due().length)
      await new Promise<void>((resolve) => {
        wake.add(resolve)
        setTimeout(resolve, 3_000)
      })
    return due().map(({ due: _, ...message }) => {
      for (const one of queue) if (one.MessageId === message.MessageId) one.due = Date.now() + 2_000
      return message
    })
  }
  const isEndOf = (operation: string, { Payload = '{}' }: Record<string, string>) =>
    ['AcknowledgeMessage', 'FailMessage'].includes(operation) ||
    (operation === 'SendReply' && isFinal(JSON.parse(Payload) as Reply))
  const drop = (messageId: string | undefined) => {
    const at = queue.findIndex(({ MessageId }) => MessageId === messageId)
    if (at >= 0) queue.splice(at, 1)
  }

  return {
    seen,
    repliesTo,
    handle: async (request: IncomingMessage, response: ServerResponse) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
      const input = (await json(request)) as Record<string, string>
      seen.push({ operation, input, authorization: request.headers.authorization ?? '' })
      if (isEndOf(operation, input)) drop(input['MessageId'])
      response.end(JSON.stringify(operation === 'GetMessages' ? { Messages: await nextMessages() } : {}))
    },
    sendRaw: send,
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
    async final(messageId: string, withinMs = 15_000): Promise<Reply> {
      for (let left = withinMs; left > 0; left -= 20) {
        const found = repliesTo(messageId).find(isFinal)
        if (found) return found
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      throw new Error(
        `no final reply to ${messageId} within ${withinMs} ms; ${JSON.stringify(repliesTo(messageId))}`,
      )
    },
    async until(condition: () => boolean, withinMs = 10_000): Promise<void> {
      for (let left = withinMs; left > 0 && !condition(); left -= 20)
        await new Promise((resolve) => setTimeout(resolve, 20))
      if (!condition()) throw new Error(`not within ${withinMs} ms`)
    },
  }
}
