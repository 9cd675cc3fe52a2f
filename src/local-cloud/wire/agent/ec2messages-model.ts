import type { ServiceModel } from '../shapes.ts'

const errors = ['InvalidMessageIdException', 'AuthorizationFailureException', 'InternalServerException']
const plainError = { type: 'structure', members: {}, error: { status: 400 } } as const

/**
 * The channel between Run Command and an agent. AWS publishes no model of it; names, required members and ranges are those
 * that the agent's own client has (amazon-ssm-agent, API 2015-06-19), described here by hand.
 */
export const ec2messages: ServiceModel = {
  protocol: 'json',
  version: '2015-06-19',
  targetPrefix: 'EC2WindowsMessageDeliveryService',
  operations: {
    AcknowledgeMessage: { input: 'MessageRequest', errors },
    DeleteMessage: { input: 'MessageRequest', errors },
    FailMessage: { input: 'FailMessageRequest', errors },
    GetMessages: {
      input: 'GetMessagesRequest',
      output: 'GetMessagesResponse',
      errors: ['InvalidDestinationException', 'RequestTimeoutException', 'TooManyRequestsException'],
    },
    SendReply: { input: 'SendReplyRequest', output: 'SendReplyResponse', errors },
  },
  shapes: {
    MessageId: { type: 'string', min: 16, max: 80 },
    ReplyId: { type: 'string', min: 16, max: 80 },
    Destination: { type: 'string', min: 10, max: 80 },
    MessagesRequestId: { type: 'string', min: 16, max: 64 },
    Payload: { type: 'string', max: 120_000, sensitive: true },
    Timeout: { type: 'integer', min: 0, max: 43_200 },
    FailureType: { type: 'string', enum: ['NoHandlerExists', 'InternalHandlerException'] },
    MessageRequest: { type: 'structure', required: ['MessageId'], members: { MessageId: 'MessageId' } },
    FailMessageRequest: {
      type: 'structure',
      required: ['MessageId', 'FailureType'],
      members: { MessageId: 'MessageId', FailureType: 'FailureType' },
    },
    GetMessagesRequest: {
      type: 'structure',
      required: ['Destination', 'MessagesRequestId'],
      members: {
        Destination: 'Destination',
        MessagesRequestId: 'MessagesRequestId',
        VisibilityTimeoutInSeconds: 'Timeout',
        NextToken: 'string',
      },
    },
    GetMessagesResponse: {
      type: 'structure',
      members: { Destination: 'string', MessagesRequestId: 'string', Messages: 'Messages' },
    },
    Messages: { type: 'list', member: 'Message' },
    Message: {
      type: 'structure',
      members: {
        Destination: 'string',
        MessageId: 'string',
        Topic: 'string',
        CreatedDate: 'string',
        PayloadDigest: 'string',
        Payload: 'string',
        NextToken: 'string',
      },
    },
    SendReplyRequest: {
      type: 'structure',
      required: ['MessageId', 'ReplyId', 'Payload'],
      members: {
        MessageId: 'MessageId',
        ReplyId: 'ReplyId',
        Payload: 'Payload',
        DeliveryOptions: 'DeliveryOptions',
      },
    },
    DeliveryOptions: {
      type: 'structure',
      members: { ExpiresAfter: 'string', ReplacementKey: 'string', SchedulePush: 'string' },
    },
    SendReplyResponse: {
      type: 'structure',
      members: { MessageId: 'string', ReplyId: 'string', ReplyStatus: 'string', Description: 'string' },
    },
    InvalidMessageIdException: plainError,
    InvalidDestinationException: plainError,
    RequestTimeoutException: plainError,
    TooManyRequestsException: plainError,
    AuthorizationFailureException: plainError,
    InternalServerException: { type: 'structure', members: {}, error: { status: 500 } },
  },
}
