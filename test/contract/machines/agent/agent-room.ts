import { type MachineRoom, machineSpec, openMachineRoom } from '../machine-room.ts'
import { createFakeAgentService } from './fake-agent-service.ts'

/** A step that has ended, with the status of its document. */
interface StepReply {
  document: string
  status: string
  code: number
  output: string
  standardOutput: string
  standardError: string
}

export const INSTANCE = 'i-1'
/** Waits of the agent are divided by it in a machine room. */
export const SPEED = 20

/** One machine whose agent, the stand-in, has registered with a service that the test is. */
export async function openAgentRoom() {
  const service = createFakeAgentService()
  const room: MachineRoom = await openMachineRoom(
    (request, response) => void service.handle(request, response),
  )
  await room.call('create', machineSpec(1))
  await service.until(() => service.seen.some(({ operation }) => operation === 'GetMessages'), 20_000)
  const send = (script: string, parameters: Record<string, unknown> = {}) =>
    service.sendCommand({
      instanceId: INSTANCE,
      parameters: { commands: script.split('\n'), ...parameters },
    })
  const stepOf = async (messageId: string): Promise<StepReply> => {
    const reply = await service.final(messageId)
    return { document: reply.documentStatus, ...reply.runtimeStatus['aws:runShellScript'] } as StepReply
  }
  return {
    service,
    send,
    stepOf,
    run: (script: string, parameters: Record<string, unknown> = {}) => stepOf(send(script, parameters)),
    /** What a script of the test prints in the machine, apart from the agent. */
    inside: async (script: string) => (await room.run(INSTANCE, script)).stdout.trim(),
    /** As a power loss. */
    crash: async () => {
      await room.call('stop', INSTANCE, { force: true })
      await room.call('start', INSTANCE)
    },
    close: room.close,
  }
}
export type AgentRoom = Awaited<ReturnType<typeof openAgentRoom>>
