import { type Operation, operation } from '../cloud.ts'
import { listInstanceAssociations, registerManagedInstance } from './agent-identity.ts'
import { updateInstanceInformation } from './instance-information.ts'
import { getMessages } from './messages.ts'
import { acknowledgeMessage, failMessage, sendReply } from './replies.ts'
import { requestManagedInstanceRoleToken, updateManagedInstancePublicKey } from './role-token.ts'

/** The agent's own channel. */
export const ec2messagesOperations: Readonly<Record<string, Operation>> = {
  GetMessages: operation(getMessages, ['Destination', 'MessagesRequestId', 'VisibilityTimeoutInSeconds']),
  AcknowledgeMessage: operation(acknowledgeMessage, ['MessageId']),
  // The agent is through with it, which says the same.
  DeleteMessage: operation(acknowledgeMessage, ['MessageId']),
  FailMessage: operation(failMessage, ['MessageId', 'FailureType']),
  SendReply: operation(sendReply, ['MessageId', 'ReplyId', 'Payload']),
}

/** What an agent asks of Systems Manager itself. */
export const agentOperations: Readonly<Record<string, Operation>> = {
  UpdateInstanceInformation: operation(updateInstanceInformation, [
    'AgentName',
    'AgentStatus',
    'AgentVersion',
    'AvailabilityZone',
    'AvailabilityZoneId',
    'ComputerName',
    'IPAddress',
    'InstanceId',
    'PlatformName',
    'PlatformType',
    'PlatformVersion',
    'SourceId',
    'SourceLocation',
    'SourceType',
    'SSMConnectionChannel',
  ]),
  ListInstanceAssociations: operation(listInstanceAssociations, ['InstanceId', 'MaxResults', 'NextToken']),
  RegisterManagedInstance: operation(registerManagedInstance, [
    'ActivationCode',
    'ActivationId',
    'Fingerprint',
    'PublicKey',
    'PublicKeyType',
  ]),
  RequestManagedInstanceRoleToken: operation(requestManagedInstanceRoleToken, ['Fingerprint']),
  UpdateManagedInstancePublicKey: operation(updateManagedInstancePublicKey, [
    'NewPublicKey',
    'NewPublicKeyType',
  ]),
}
