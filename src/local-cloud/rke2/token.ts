import { createHash, X509Certificate } from 'node:crypto'

export interface Token {
  /** Undefined for the short form, which trusts whatever CA it is shown. */
  caHash?: string
  user: string
  password: string
}

const FULL_TOKEN = /^K10(?<caHash>[0-9a-f]*)::(?:(?<user>[^:]+):)?(?<password>.+)$/

/**
 * Reads `secret`, `K10<sha256>::server:secret` or `K10<sha256>::secret`.
 * @throws Error with RKE2's words when the hash of a full token has not 64 digits.
 */
export function parseToken(text: string, defaultUser: 'server' | 'node'): Token {
  const full = FULL_TOKEN.exec(text.trim())?.groups
  if (!full) return { user: defaultUser, password: text.trim() }
  const { caHash = '', user = defaultUser, password = '' } = full
  if (caHash.length !== 64) throw new Error('invalid token CA hash length')
  return { caHash, user, password }
}

/** SHA-256 over the PEM as served by /cacerts; over the DER of the last (root) certificate when it is a bundle. */
export function hashOfCa(pem: string): string {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const root = certificates.at(-1)
  const bytes = certificates.length > 1 && root ? new X509Certificate(root).raw : pem
  return createHash('sha256').update(bytes).digest('hex')
}

/** @throws Error in RKE2's words when a full token was made for another CA. */
export function checkCaHash(token: Token, caPem: string): void {
  const hash = hashOfCa(caPem)
  if (token.caHash && token.caHash !== hash)
    throw new Error(
      `token CA hash does not match the Cluster CA certificate hash: ${token.caHash} != ${hash}`,
    )
}

export const fullToken = (caPem: string, password: string): string =>
  `K10${hashOfCa(caPem)}::server:${password}`
