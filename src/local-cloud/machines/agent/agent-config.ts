import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'

/** What this agent honours of the genuine one's `amazon-ssm-agent.json`. */
const Config = z.object({
  Ssm: z.object({ Endpoint: z.url() }),
  Identity: z._default(z.object({ ConsumptionOrder: z.array(z.enum(['OnPrem', 'EC2'])) }), {
    ConsumptionOrder: ['OnPrem', 'EC2'],
  }),
})

export interface AgentConfig {
  /** Of the AWS APIs. */
  endpoint: string
  /** Which identity is looked for first. */
  identities: readonly ('OnPrem' | 'EC2')[]
}

/** @throws Error when it can't be read, or says what this agent can't do */
export async function readAgentConfig(file: string): Promise<AgentConfig> {
  const parsed = Config.safeParse(JSON.parse(await readFile(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  const { Ssm, Identity } = parsed.data
  return { endpoint: Ssm.Endpoint, identities: Identity.ConsumptionOrder }
}
