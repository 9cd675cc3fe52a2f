import { systemClock } from '../src/kit/clock.ts'
import { authorityOf } from '../src/local-cloud/services/authority.ts'
import { createServices } from '../src/local-cloud/services/create-services.ts'
import { recordHypervisor } from '../src/local-cloud/services/record-hypervisor.ts'
import { createWorld } from '../src/local-cloud/world/world.ts'
import { startWireServer } from '../test/local-cloud/wire/wire-server.ts'
import { counted, nodeAnswer } from '../test/phases/recorded-machines.ts'

/** AWS's APIs over HTTP with machines that are only records, and the calls that were made by operation. */
export async function startRecordedCloud() {
  const controller = new AbortController()
  const world = createWorld({ clock: systemClock, speed: 100, signal: controller.signal })
  const machines = { started: new Set<string>(), ran: [], answers: {} }
  const calls = new Map<string, number>()
  const hypervisor = recordHypervisor({ world, answer: (command) => nodeAnswer(machines, command) })
  const handlers = createServices(world, hypervisor, { report: console.error })
  hypervisor.connect(handlers)
  const server = await startWireServer(counted(handlers, calls), { authority: authorityOf(world) })
  return {
    endpoint: server.endpoint,
    ...world.userKey,
    calls,
    stop: async () => {
      controller.abort()
      await server.close()
    },
  }
}
