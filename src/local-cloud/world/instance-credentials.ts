import { randomBytes } from 'node:crypto'

/** What an instance's role gives it, as IMDS hands it over. */
export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  token: string
  /** Milliseconds since the epoch. */
  issuedAt: number
  expiresAt: number
}

/** EC2 renews a role's credentials well before their end. */
const RENEW_BEFORE_MS = 3600_000

export const isFresh = ({ expiresAt }: Credentials, now: number) => expiresAt - now > RENEW_BEFORE_MS

export function newCredentials(now: number, lifetimeMs: number): Credentials {
  return {
    accessKeyId: `ASIA${randomBytes(10).toString('hex').toUpperCase().slice(0, 16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    token: randomBytes(96).toString('base64'),
    issuedAt: now,
    expiresAt: now + lifetimeMs,
  }
}

/** The document below `meta-data/iam/security-credentials/<role>` and its like. */
export function credentialsDocument(credentials: Credentials): string {
  const iso = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
  return JSON.stringify(
    {
      Code: 'Success',
      LastUpdated: iso(credentials.issuedAt),
      Type: 'AWS-HMAC',
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.token,
      Expiration: iso(credentials.expiresAt),
    },
    null,
    2,
  )
}
