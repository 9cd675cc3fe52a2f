import type { CancelCommandRequest } from '@aws-sdk/client-ssm'
import { AwsFault } from '../../wire/service.ts'
import { cancelled } from '../../world/invocation.ts'
import type { Cloud } from '../cloud.ts'
import { changeInvocation, commandOf } from './commands.ts'

/** Asks the agents to stop; what no agent has yet is cancelled at once. @throws AwsFault InvalidCommandId */
export function cancelCommand({ world, doorbell }: Cloud, input: CancelCommandRequest) {
  const id = input.CommandId ?? ''
  const command = commandOf(world, id)
  if (!command) throw new AwsFault('InvalidCommandId', `Command ${id} does not exist`)
  const nodes = input.InstanceIds?.length ? input.InstanceIds : [...command.invocations.keys()]
  const stranger = nodes.find((node) => !command.invocations.has(node))
  if (stranger !== undefined)
    throw new AwsFault('InvalidInstanceId', `Command ${id} was not sent to ${stranger}`)
  world.commands.set(id, { ...command, cancelled: true })
  for (const node of nodes) {
    const after = changeInvocation(world, id, node, cancelled)?.invocations.get(node)
    if (after?.status !== 'Cancelling') continue
    world.cancellations.set(node, [...(world.cancellations.get(node) ?? []), id])
    doorbell.ring(node)
  }
  return {}
}
