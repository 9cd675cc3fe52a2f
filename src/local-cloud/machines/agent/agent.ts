import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { hostname, networkInterfaces } from 'node:os'
import { dirname, join } from 'node:path'
import * as z from 'zod/mini'
import { type AgentApi, AgentApiError, createAgentApi, type Message } from './agent-api.ts'
import { openCommandStore } from './command-state.ts'
import { type Commands, createCommands } from './commands.ts'
import { type InstanceIdentity, readInstanceIdentity } from './instance-identity.ts'

export interface AgentOptions {
  /** Of the AWS APIs. */
  endpoint: string
  metadataEndpoint: string
  /** `/var/lib/amazon/ssm` */
  directory: string
  /** Waits of the genuine agent are divided by it. */
  speed: number
}

/** Waits of the genuine agent, seconds: after refused credentials, between two signs of life. */
const REFUSED_SECONDS = 300
const SIGN_OF_LIFE_SECONDS = 300
/** An answer within a second makes it wait two to two and a half seconds. */
const QUICK_ANSWER_MS = 1_000
const AFTER_QUICK_ANSWER_SECONDS = 2
const AFTER_ERROR_SECONDS = 1

/** Runs until the process ends. */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { endpoint, metadataEndpoint, directory, speed } = options
  const pause = (seconds: number) =>
    new Promise<void>((resolve) => setTimeout(resolve, (seconds * 1000) / speed))
  const identity = await untilAnswered(() => readInstanceIdentity(metadataEndpoint), pause)
  const home = join(directory, identity.instanceId)
  const api = createAgentApi(endpoint, identity)
  await untilAnswered(() => introduce(api, identity, home), pause)
  setInterval(() => void introduce(api, identity, home).catch(report), (SIGN_OF_LIFE_SECONDS * 1000) / speed)
  let rebooting = false
  const commands = createCommands({
    ...{ api, speed, store: await openCommandStore(home) },
    environment: environmentOf(identity),
    onReboot: () => {
      rebooting = true
    },
  })
  await commands.resume()
  await api.listAssociations().catch(report)
  while (!rebooting) await poll(api, commands, pause)
}

/** One long poll, and the pause after it that the genuine agent makes. */
async function poll(
  api: AgentApi,
  commands: Commands,
  pause: (seconds: number) => Promise<void>,
): Promise<void> {
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
      const reason = error instanceof Error ? error.message : String(error)
      await api.reply(MessageId, { documentStatus: 'Failed', documentTraceOutput: reason, runtimeStatus: {} })
    })
  if (Topic.startsWith('aws.ssm.cancelCommand'))
    return commands.cancel(message, Cancel.parse(JSON.parse(Payload)).CancelMessageId)
  return api.fail(MessageId)
}

/** Registers at the first start in the machine's life, and says at each one who it is. */
async function introduce(api: AgentApi, identity: InstanceIdentity, home: string): Promise<void> {
  const registration = join(home, 'registration')
  if (!existsSync(registration)) {
    // Nobody signs with this key on EC2, so a short one will do.
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    await api.register(publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64'))
    await mkdir(dirname(registration), { recursive: true, mode: 0o700 })
    await writeFile(registration, identity.instanceId)
    await api.updateInformation({
      AgentName: 'amazon-ssm-agent',
      AgentVersion: AGENT_VERSION,
      AgentStatus: 'Active',
    })
  }
  await api.updateInformation(informationOf(identity))
}

/** The genuine agent whose habits these are. */
const AGENT_VERSION = '3.3.0.0'

function informationOf({ availabilityZone }: InstanceIdentity): Record<string, string> {
  const { name, version } = platform()
  return {
    AgentName: 'amazon-ssm-agent',
    AgentStatus: 'Active',
    AgentVersion: AGENT_VERSION,
    AvailabilityZone: availabilityZone,
    ComputerName: hostname(),
    IPAddress: networkInterfaces()['eth0']?.find(({ family }) => family === 'IPv4')?.address ?? '',
    PlatformName: name,
    PlatformType: 'Linux',
    PlatformVersion: version,
    SSMConnectionChannel: 'ec2messages',
  }
}

const environmentOf = ({ instanceId, region }: InstanceIdentity): Record<string, string> => ({
  AWS_SSM_INSTANCE_ID: instanceId,
  AWS_SSM_REGION_NAME: region,
  AWS_SSM_PLATFORM_NAME: platform().name,
  AWS_SSM_PLATFORM_VERSION: platform().version,
})

function platform(): { name: string; version: string } {
  const text = readFileSync('/etc/os-release', 'utf8')
  const read = (key: string) => text.match(new RegExp(`^${key}="?([^"\n]*)"?$`, 'm'))?.[1] ?? ''
  return { name: read('NAME'), version: read('VERSION_ID') }
}

async function untilAnswered<T>(
  ask: () => Promise<T>,
  pause: (seconds: number) => Promise<void>,
): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      report(error)
      await pause(error instanceof AgentApiError && error.refused ? REFUSED_SECONDS : AFTER_ERROR_SECONDS * 4)
    }
  }
}

function report(error: unknown): void {
  console.error(error instanceof Error ? error.message : String(error))
}
