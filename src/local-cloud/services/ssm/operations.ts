import { type Operation, operation } from '../cloud.ts'
import { createActivation, deleteActivation, describeActivations } from './activations.ts'
import { deregisterManagedInstance } from './agent-identity.ts'
import { agentOperations } from './agent-operations.ts'
import { cancelCommand } from './cancel-command.ts'
import { describeInstanceInformation } from './instance-information.ts'
import { getCommandInvocation, listCommandInvocations, listCommands } from './invocations.ts'
import * as tags from './parameter-tags.ts'
import * as parameters from './parameters.ts'
import { putParameter } from './put-parameter.ts'
import { sendCommand } from './send-command.ts'

export const ssmOperations: Readonly<Record<string, Operation>> = {
  ...agentOperations,
  SendCommand: operation(sendCommand, [
    'Comment',
    'DocumentName',
    'DocumentVersion',
    'InstanceIds',
    'MaxConcurrency',
    'MaxErrors',
    'Parameters',
    'Targets',
    'TimeoutSeconds',
  ]),
  CancelCommand: operation(cancelCommand, ['CommandId', 'InstanceIds']),
  ListCommands: operation(listCommands, ['CommandId', 'InstanceId', 'MaxResults', 'NextToken']),
  ListCommandInvocations: operation(listCommandInvocations, [
    'CommandId',
    'Details',
    'InstanceId',
    'MaxResults',
    'NextToken',
  ]),
  GetCommandInvocation: operation(getCommandInvocation, ['CommandId', 'InstanceId', 'PluginName']),
  DescribeInstanceInformation: operation(describeInstanceInformation, [
    'Filters',
    'InstanceInformationFilterList',
    'MaxResults',
    'NextToken',
  ]),
  CreateActivation: operation(createActivation, [
    'DefaultInstanceName',
    'Description',
    'ExpirationDate',
    'IamRole',
    'RegistrationLimit',
    'Tags',
  ]),
  DeleteActivation: operation(deleteActivation, ['ActivationId']),
  DescribeActivations: operation(describeActivations, ['Filters', 'MaxResults', 'NextToken']),
  DeregisterManagedInstance: operation(deregisterManagedInstance, ['InstanceId']),
  PutParameter: operation(putParameter, [
    'AllowedPattern',
    'Description',
    'KeyId',
    'Name',
    'Overwrite',
    'Policies',
    'Tags',
    'Tier',
    'Type',
    'Value',
  ]),
  GetParameter: operation(parameters.getParameter, ['Name', 'WithDecryption']),
  GetParameters: operation(parameters.getParameters, ['Names', 'WithDecryption']),
  GetParametersByPath: operation(parameters.getParametersByPath, [
    'MaxResults',
    'NextToken',
    'Path',
    'Recursive',
    'WithDecryption',
  ]),
  DeleteParameter: operation(parameters.deleteParameter, ['Name']),
  DeleteParameters: operation(parameters.deleteParameters, ['Names']),
  DescribeParameters: operation(parameters.describeParameters, [
    'MaxResults',
    'NextToken',
    'ParameterFilters',
  ]),
  AddTagsToResource: operation(tags.addTagsToResource, ['ResourceType', 'ResourceId', 'Tags']),
  RemoveTagsFromResource: operation(tags.removeTagsFromResource, ['ResourceType', 'ResourceId', 'TagKeys']),
  ListTagsForResource: operation(tags.listTagsForResource, ['ResourceType', 'ResourceId']),
}
