import * as z from 'zod/mini'
import { callAws, isRefusal } from './call-aws.ts'
import { type Identity, keepCredentials } from './identity.ts'
import type { ReadMetadata } from './instance-metadata.ts'
import {
  newKeyPair,
  readRegistration,
  type StoredRegistration,
  writeRegistration,
} from './registration-store.ts'
import { type Credentials, type Signer, withSecret, withSecretAndNodeKey } from './sign.ts'

export interface InstanceIdentityOptions {
  read: ReadMetadata
  endpoint: string
  /** `/var/lib/amazon/ssm` */
  directory: string
  agentVersion: string
}

const Document = z.object({ region: z.string() })
const RoleCredentials = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  Token: z.string(),
  Expiration: z.string(),
})

/** The agent takes keys for half an hour, however long they would live (amazon-ssm-agent 3.3). */
const KEEP_MS = 30 * 60_000
/** New credentials appear at least five minutes before the old ones expire (EC2 user guide). */
const RENEW_BEFORE_MS = 300_000
// Nobody checks what is signed with it as long as there is no Default Host Management, so a short one will do.
const KEY_BITS = 1024

/** An EC2 instance, by its metadata. @throws Error when the service does not answer */
export async function readInstanceIdentity(options: InstanceIdentityOptions): Promise<Identity> {
  const { read, endpoint, directory, agentVersion } = options
  const nodeId = await required(read, 'meta-data/instance-id')
  const { region } = Document.parse(JSON.parse(await required(read, 'dynamic/instance-identity/document')))
  const ask = (operation: string, input: object, signer: Signer) =>
    callAws({ endpoint, region, service: 'ssm', operation, input, signer })
  const identityCredentials = async () =>
    toCredentials(await required(read, 'identity-credentials/ec2/security-credentials/ec2-instance'))

  const register = async () => {
    const stored = await readRegistration(directory, 'EC2RegistrationKey')
    if (stored?.nodeId === nodeId) return
    const mine: StoredRegistration = stored ?? {
      ...{ nodeId: '', region, fingerprint: nodeId },
      ...newKeyPair(KEY_BITS),
    }
    // First on disk: an answer that is lost must not leave the service with a key that nobody has.
    await writeRegistration(directory, 'EC2RegistrationKey', mine)
    const input = { Fingerprint: nodeId, PublicKey: mine.publicKey, PublicKeyType: 'Rsa' }
    await ask('RegisterManagedInstance', input, withSecret(await identityCredentials()))
    await writeRegistration(directory, 'EC2RegistrationKey', { ...mine, nodeId })
  }

  /** The role's, proven good by a short report. @throws AgentApiError with a refusal, or Error when there is no role */
  const profileCredentials = async () => {
    const role = (await read('meta-data/iam/security-credentials/'))?.split('\n')[0]
    const document = role && (await read(`meta-data/iam/security-credentials/${role}`))
    if (!document) return undefined
    const credentials = toCredentials(document)
    const report = {
      ...{ InstanceId: nodeId, AgentName: 'amazon-ssm-agent', AgentVersion: agentVersion },
      PlatformType: 'Linux',
    }
    await ask('UpdateInstanceInformation', report, withSecret(credentials))
    return credentials
  }
  /** Default Host Management's, for an instance whose role won't do. */
  const hostManagementCredentials = async () => {
    const stored = await readRegistration(directory, 'EC2RegistrationKey')
    if (stored?.nodeId !== nodeId) throw new Error('ec2 instance not yet registered with Systems Manager')
    const signer = withSecretAndNodeKey(await identityCredentials(), stored)
    return toRenewing(await ask('RequestManagedInstanceRoleToken', { Fingerprint: nodeId }, signer))
  }
  return {
    ...{ nodeId, region, register },
    availabilityZone: await read('meta-data/placement/availability-zone'),
    availabilityZoneId: await read('meta-data/placement/availability-zone-id'),
    ...keepCredentials(async () => {
      const own = await profileCredentials().catch((error: unknown) => {
        if (isRefusal(error)) return undefined
        throw error
      })
      return own ?? hostManagementCredentials()
    }),
  }
}

async function required(read: ReadMetadata, path: string): Promise<string> {
  const text = await read(path)
  if (text === undefined) throw new Error(`instance metadata: there is no ${path}`)
  return text
}

function toCredentials(document: string): Credentials & { renewAt: number } {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = RoleCredentials.parse(JSON.parse(document))
  return {
    ...{ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token },
    renewAt: Math.min(Date.now() + KEEP_MS, Date.parse(Expiration) - RENEW_BEFORE_MS),
  }
}

const RoleToken = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
  /** Seconds since the epoch. */
  TokenExpirationDate: z.number(),
})

/** What RequestManagedInstanceRoleToken answers. */
export function toRenewing(answer: unknown): Credentials & { renewAt: number } {
  const { AccessKeyId, SecretAccessKey, SessionToken, TokenExpirationDate } = RoleToken.parse(answer)
  return {
    ...{ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    renewAt: Math.min(Date.now() + KEEP_MS, TokenExpirationDate * 1000 - RENEW_BEFORE_MS),
  }
}
