import type {
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
  ListCommandsRequest,
  ListCommandsResult,
} from '@aws-sdk/client-ssm'
import { AwsFault } from '../../wire/service.ts'
import type { Command } from '../../world/command.ts'
import { type Invocation, isFinished, responseCode } from '../../world/invocation.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { commandView, invocationView } from './command-view.ts'
import { allCommands, commandOf } from './commands.ts'

/** "First 24,000 characters" and "first 8,000" (AWS documentation). */
const MOST_OUTPUT = 24_000
const MOST_ERRORS = 8_000
const PAGE = 50

const isVisible = (world: World, { visibleAt }: Command) => visibleAt <= world.clock.now()

/** @throws AwsFault InvocationDoesNotExist, also in the first moment after SendCommand */
export function getCommandInvocation(
  { world }: Cloud,
  input: GetCommandInvocationRequest,
): GetCommandInvocationResult {
  const command = commandOf(world, input.CommandId ?? '')
  const invocation = command?.invocations.get(input.InstanceId ?? '')
  if (!command || !invocation || !isVisible(world, command)) throw new AwsFault('InvocationDoesNotExist', '')
  const step = stepOf(invocation, input.PluginName)
  const finished = isFinished(invocation)
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    PluginName: step?.name ?? 'aws:runShellScript',
    ResponseCode: responseCode(invocation),
    Status: invocation.status,
    StatusDetails: invocation.details,
    ExecutionStartDateTime: step?.startedAt ?? '',
    ExecutionEndDateTime: (finished && step?.endedAt) || '',
    ExecutionElapsedTime: elapsed(step),
    StandardOutputContent: finished ? (step?.stdout ?? '').slice(0, MOST_OUTPUT) : '',
    StandardErrorContent: finished ? (step?.stderr ?? '').slice(0, MOST_ERRORS) : '',
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    CloudWatchOutputConfig: { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false },
  }
}

function stepOf(invocation: Invocation, name: string | undefined) {
  if (name === undefined) return invocation.steps.at(-1)
  const step = invocation.steps.find((one) => one.name === name)
  if (!step) throw new AwsFault('InvalidPluginName', `The plugin name ${name} is not valid.`)
  return step
}

/** `PT1.2S`; empty while it runs. */
function elapsed(step: Invocation['steps'][number] | undefined): string {
  if (step?.startedAt === undefined || step.endedAt === undefined) return ''
  return `PT${(Date.parse(step.endedAt) - Date.parse(step.startedAt)) / 1000}S`
}

/** An empty list in the first moment after SendCommand, and for a command that isn't there. */
export function listCommandInvocations(
  { world }: Cloud,
  input: ListCommandInvocationsRequest,
): ListCommandInvocationsResult {
  const commands = input.CommandId === undefined ? allCommands(world) : [commandOf(world, input.CommandId)]
  const all = commands.flatMap((command) =>
    command && isVisible(world, command)
      ? [...command.invocations.values()].map((invocation) => ({ command, invocation }))
      : [],
  )
  const wanted = all.filter(
    ({ invocation }) => input.InstanceId === undefined || input.InstanceId === invocation.instanceId,
  )
  const page = paginate(wanted, input.MaxResults ?? PAGE, input.NextToken, 'InvalidNextToken')
  return {
    CommandInvocations: page.items.map(({ command, invocation }) =>
      invocationView(world, command, invocation, input.Details ?? false),
    ),
    NextToken: page.next,
  }
}

/** @throws AwsFault InvalidCommandId */
export function listCommands({ world }: Cloud, input: ListCommandsRequest): ListCommandsResult {
  if (input.CommandId !== undefined && !world.commands.has(input.CommandId))
    throw new AwsFault('InvalidCommandId', `Command ${input.CommandId} does not exist`)
  const wanted = allCommands(world)
    .filter(({ id }) => input.CommandId === undefined || id === input.CommandId)
    .filter(({ invocations }) => input.InstanceId === undefined || invocations.has(input.InstanceId))
  const page = paginate(wanted, input.MaxResults ?? PAGE, input.NextToken, 'InvalidNextToken')
  return { Commands: page.items.map(commandView), NextToken: page.next }
}
