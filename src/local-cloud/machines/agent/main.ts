import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'
import { runAgent } from './agent.ts'

const settingsFile = join(dirname(fileURLToPath(import.meta.url)), 'settings.json')
const settings = z.object({ speed: z.number() }).parse(JSON.parse(readFileSync(settingsFile, 'utf8')))
const environment = z
  .object({
    AWS_ENDPOINT_URL: z.url(),
    AWS_EC2_METADATA_SERVICE_ENDPOINT: z._default(z.url(), 'http://169.254.169.254'),
    SSM_AGENT_DIRECTORY: z._default(z.string(), '/var/lib/amazon/ssm'),
  })
  .parse(process.env)

await runAgent({
  endpoint: environment.AWS_ENDPOINT_URL,
  metadataEndpoint: environment.AWS_EC2_METADATA_SERVICE_ENDPOINT,
  directory: environment.SSM_AGENT_DIRECTORY,
  speed: settings.speed,
})
