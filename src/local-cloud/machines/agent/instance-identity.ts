import * as z from 'zod/mini'
import { httpText } from './http-text.ts'
import type { Credentials } from './sign.ts'

/** What the agent knows of its machine from IMDSv2. */
export interface InstanceIdentity {
  instanceId: string
  region: string
  availabilityZone: string
  /** The role's, renewed before they expire. */
  credentials(): Promise<Credentials>
}

const Document = z.object({ region: z.string() })
const RoleCredentials = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  Token: z.string(),
  Expiration: z.string(),
})

const TIMEOUT_MS = 2_000
const TOKEN_SECONDS = 21_600
/** New credentials appear at least five minutes before the old ones expire (EC2 user guide). */
const RENEW_BEFORE_MS = 300_000

/** @throws Error when the service does not answer, or the machine has no role. */
export async function readInstanceIdentity(endpoint: string): Promise<InstanceIdentity> {
  const read = async (path: string): Promise<string> => {
    const { status, text } = await httpText({
      ...{ method: 'GET', url: `${endpoint}/latest/${path}`, timeoutMs: TIMEOUT_MS },
      headers: { 'x-aws-ec2-metadata-token': await token(endpoint) },
    })
    if (status !== 200) throw new Error(`instance metadata: ${path} answered ${status}`)
    return text
  }
  const roleCredentials = async () => {
    const role = (await read('meta-data/iam/security-credentials/')).split('\n')[0] ?? ''
    return RoleCredentials.parse(JSON.parse(await read(`meta-data/iam/security-credentials/${role}`)))
  }
  let current: z.infer<typeof RoleCredentials> | undefined
  return {
    instanceId: await read('meta-data/instance-id'),
    region: Document.parse(JSON.parse(await read('dynamic/instance-identity/document'))).region,
    availabilityZone: await read('meta-data/placement/availability-zone'),
    async credentials() {
      if (!current || Date.parse(current.Expiration) - Date.now() < RENEW_BEFORE_MS)
        current = await roleCredentials()
      const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken } = current
      return { accessKeyId, secretAccessKey, sessionToken }
    },
  }
}

let known: { token: string; expires: number } | undefined

async function token(endpoint: string): Promise<string> {
  if (known && known.expires > Date.now()) return known.token
  const { status, text } = await httpText({
    ...{ method: 'PUT', url: `${endpoint}/latest/api/token`, timeoutMs: TIMEOUT_MS },
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_SECONDS) },
  })
  if (status !== 200) throw new Error(`instance metadata: no token, status ${status}`)
  known = { token: text, expires: Date.now() + (TOKEN_SECONDS - 60) * 1000 }
  return text
}
