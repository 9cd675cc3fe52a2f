import { join } from 'node:path'
import * as z from 'zod/mini'
import { messageOf } from '../../../kit/errors.ts'
import { type AgentApi, createAgentApi, type Message } from './agent-api.ts'
import type { AgentConfig } from './agent-config.ts'
import { openCommandStore } from './command-state.ts'
import { type Commands, createCommands } from './commands.ts'
import { readHybridIdentity } from './hybrid-identity.ts'
import type { Identity } from './identity.ts'
import { readInstanceIdentity } from './instance-identity.ts'
import { openInstanceMetadata } from './instance-metadata.ts'
import { AGENT_VERSION, environmentOf, introduce } from './introduce.ts'
import { startPause } from './start-pause.ts'

export interface AgentOptions extends AgentConfig {
  metadataEndpoint: string
  /** `/var/lib/amazon/ssm` */
  directory: string
  /** Waits of the genuine agent are divided by it. */
  speed: number
}

/** Waits of the genuine agent, seconds: between two signs of life. */
const SIGN_OF_LIFE_SECONDS = 300
/** An answer within a second makes it wait two to two and a half seconds. */
const QUICK_ANSWER_MS = 1_000
const AFTER_QUICK_ANSWER_SECONDS = 2
const AFTER_ERROR_SECONDS = 1

type Pause = (seconds: number) => Promise<void>

/** Runs until the process ends, or a script has asked for a reboot. */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { endpoint, directory, speed } = options
  const pause: Pause = (seconds) => new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / speed))
  const identity = await untilDone(() => readIdentity(options), '', pause)
  const api = createAgentApi(endpoint, identity)
  // A role serves a machine that could not register, too.
  await identity.register().catch(report)
  await untilDone(() => introduce(api, identity), identity.nodeId, pause)
  setInterval(() => void introduce(api, identity).catch(report), (SIGN_OF_LIFE_SECONDS * 1000) / speed)
  let rebooting = false
  const commands = createCommands({
    ...{ api, speed, store: await openCommandStore(join(directory, identity.nodeId)) },
    environment: environmentOf(identity),
    onReboot: () => {
      rebooting = true
    },
  })
  await commands.resume()
  await api.listAssociations().catch(report)
  while (!rebooting) await poll(api, commands, pause)
}

/** @throws Error when the machine is none of what the configuration allows, or its metadata service does not answer */
async function readIdentity(options: AgentOptions): Promise<Identity> {
  const { endpoint, directory, identities, metadataEndpoint } = options
  for (const kind of identities) {
    if (kind === 'EC2') {
      const read = openInstanceMetadata(metadataEndpoint)
      return readInstanceIdentity({ read, endpoint, directory, agentVersion: AGENT_VERSION })
    }
    const hybrid = await readHybridIdentity(endpoint, directory)
    if (hybrid) return hybrid
  }
  throw new Error(`failed to find agent identity among ${identities.join(', ')}`)
}

/** One long poll, and the pause after it that the genuine agent makes. */
async function poll(api: AgentApi, commands: Commands, pause: Pause): Promise<void> {
  const asked = Date.now()
  try {
    for (const message of await api.getMessages()) await handle(api, commands, message)
  } catch (error) {
    report(error)
    return pause(AFTER_ERROR_SECONDS)
  }
  if (Date.now() - asked < QUICK_ANSWER_MS) await pause(AFTER_QUICK_ANSWER_SECONDS + Math.random() / 2)
}

const Cancel = z.object({ CancelMessageId: z.string() })

async function handle(api: AgentApi, commands: Commands, message: Message): Promise<void> {
  const { MessageId, Topic, Payload } = message
  if (Topic.startsWith('aws.ssm.sendCommand'))
    return commands.take(message).catch(async (error: unknown) => {
      const reason = messageOf(error)
      await api.reply(MessageId, { documentStatus: 'Failed', documentTraceOutput: reason, runtimeStatus: {} })
    })
  if (Topic.startsWith('aws.ssm.cancelCommand'))
    return commands.cancel(message, Cancel.parse(JSON.parse(Payload)).CancelMessageId)
  return api.fail(MessageId)
}

async function untilDone<T>(work: () => Promise<T>, nodeId: string, pause: Pause): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      report(error)
      await pause(startPause(error, nodeId, attempt, Math.random()))
    }
  }
}

function report(error: unknown): void {
  console.error(messageOf(error))
}
