import { type Command, settled } from '../../world/command.ts'
import type { Invocation } from '../../world/invocation.ts'
import type { World } from '../../world/world.ts'

/** A command as it stands now: time may have run out since it was last looked at. */
export function commandOf(world: World, id: string): Command | undefined {
  const command = world.commands.get(id)
  if (!command) return undefined
  const now = settled(command, world.clock.now())
  world.commands.set(id, now)
  return now
}

/** Newest first, as AWS lists them. */
export const allCommands = (world: World): Command[] =>
  [...world.commands.keys()].flatMap((id) => commandOf(world, id) ?? []).reverse()

/** Applies one change to one invocation, and to what may be sent because of it. */
export function changeInvocation(
  world: World,
  commandId: string,
  instanceId: string,
  change: (invocation: Invocation) => Invocation,
): Command | undefined {
  const command = commandOf(world, commandId)
  const invocation = command?.invocations.get(instanceId)
  if (!command || !invocation) return undefined
  const invocations = new Map(command.invocations).set(instanceId, change(invocation))
  world.commands.set(commandId, { ...command, invocations })
  return commandOf(world, commandId)
}
