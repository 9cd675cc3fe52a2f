import type { CommandInvocation, CommandPlugin, Command as CommandView } from '@aws-sdk/client-ssm'
import { type Command, expiresAt, progressOf } from '../../world/command.ts'
import { type Invocation, isFinished, type Step } from '../../world/invocation.ts'
import type { World } from '../../world/world.ts'

/** ListCommandInvocations shows this much of a plugin's output (AWS documentation). */
const PLUGIN_OUTPUT = 2500

export function commandView(command: Command): CommandView {
  const progress = progressOf(command)
  return {
    CommandId: command.id,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    Comment: command.comment,
    Parameters: Object.fromEntries(
      Object.entries(command.parameters).map(([name, list]) => [name, [...list]]),
    ),
    InstanceIds: [...command.instanceIds],
    Targets: command.targets.map(({ key, values }) => ({ Key: key, Values: [...values] })),
    RequestedDateTime: new Date(command.requestedAt),
    ExpiresAfter: new Date(expiresAt(command)),
    Status: progress.status,
    StatusDetails: progress.details,
    TargetCount: progress.targets,
    CompletedCount: progress.completed,
    ErrorCount: progress.errors,
    DeliveryTimedOutCount: progress.deliveryTimedOut,
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TimeoutSeconds: command.timeoutSeconds,
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
    ServiceRole: '',
    NotificationConfig: { NotificationArn: '', NotificationEvents: [] },
    CloudWatchOutputConfig: { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false },
  }
}

export function invocationView(
  world: World,
  command: Command,
  invocation: Invocation,
  withDetails: boolean,
): CommandInvocation {
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    InstanceName: world.nodes.get(invocation.instanceId)?.computerName ?? '',
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    RequestedDateTime: new Date(command.requestedAt),
    Status: invocation.status,
    StatusDetails: invocation.details,
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    ServiceRole: '',
    CommandPlugins: withDetails ? pluginViews(invocation) : [],
  }
}

function pluginViews(invocation: Invocation): CommandPlugin[] {
  return invocation.steps.map((step) => ({
    Name: step.name,
    Status: step.status === 'Cancelling' ? 'InProgress' : step.status,
    StatusDetails: step.status === 'TimedOut' ? 'ExecutionTimedOut' : step.status,
    ResponseCode: isFinished(step) ? step.code : -1,
    Output: isFinished(invocation) ? step.output.slice(0, PLUGIN_OUTPUT) : '',
    ...times(step),
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
    StandardOutputUrl: '',
    StandardErrorUrl: '',
  }))
}

const times = ({ startedAt, endedAt }: Step) => ({
  ...(startedAt !== undefined && { ResponseStartDateTime: new Date(startedAt) }),
  ...(endedAt !== undefined && { ResponseFinishDateTime: new Date(endedAt) }),
})
