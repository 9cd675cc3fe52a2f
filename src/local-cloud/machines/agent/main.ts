import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as z from 'zod/mini'
import { messageOf } from '../../../kit/errors.ts'
import { runAgent } from './agent.ts'
import { readAgentConfig } from './agent-config.ts'
import { registerHybrid } from './hybrid-identity.ts'
import { clearRegistration, readRegistration } from './registration-store.ts'

const settingsFile = join(dirname(fileURLToPath(import.meta.url)), 'settings.json')
const environment = z
  .object({
    AWS_EC2_METADATA_SERVICE_ENDPOINT: z._default(z.url(), 'http://169.254.169.254'),
    SSM_AGENT_CONFIG: z._default(z.string(), '/etc/amazon/ssm/amazon-ssm-agent.json'),
    SSM_AGENT_DIRECTORY: z._default(z.string(), '/var/lib/amazon/ssm'),
  })
  .parse(process.env)
const directory = environment.SSM_AGENT_DIRECTORY

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const options = { register: flag, clear: flag, y: flag, code: text, id: text, region: text }

/** Go's flags have one hyphen or two. */
const { values } = parseArgs({
  args: process.argv.slice(2).map((word) => word.replace(/^-(?=[a-z]{2})/, '--')),
  options: { ...options, y: { ...flag, short: 'y' } },
})

async function register(endpoint: string): Promise<void> {
  const { code = '', id = '', region = '' } = values
  if (!code || !id || !region)
    throw new Error('Registration requires an activation code, an activation id and a region')
  if (!values.y && (await readRegistration(directory, 'RegistrationKey')))
    throw new Error('Instance already registered. -y overrides it with the new registration')
  const nodeId = await registerHybrid(endpoint, directory, { id, code, region })
  console.log(`Successfully registered the instance with AWS SSM using Managed instance-id: ${nodeId}`)
}

async function run(): Promise<void> {
  const config = await readAgentConfig(environment.SSM_AGENT_CONFIG)
  if (values.register) return register(config.endpoint)
  if (values.clear) return clearRegistration(directory, 'RegistrationKey')
  const { speed } = z.object({ speed: z.number() }).parse(JSON.parse(readFileSync(settingsFile, 'utf8')))
  const metadataEndpoint = environment.AWS_EC2_METADATA_SERVICE_ENDPOINT
  await runAgent({ ...config, metadataEndpoint, directory, speed })
}

try {
  await run()
} catch (error) {
  console.error(messageOf(error))
  process.exitCode = 1
}
