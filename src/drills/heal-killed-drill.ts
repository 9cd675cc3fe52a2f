import type { World } from '../checks/world.ts'
import { powerBack, restored } from './loss-waits.ts'

/**
 * Gives power back to servers that an earlier drill took it from and could not return: its run was killed. Asked before
 * anything is judged, so that the next run finds the cluster as the drill did. A drill that still runs elsewhere is cut short.
 */
export async function healKilledDrill(world: World): Promise<void> {
  const { servers } = await world.nodes()
  const victims = servers.filter(({ underDrill }) => underDrill)
  if (!victims.length) return
  for (const victim of victims) {
    world.log.warning(`a drill that was killed left ${victim.name} ${victim.state}: giving its power back`)
    await powerBack(world, victim)
  }
  await restored(world)
}
