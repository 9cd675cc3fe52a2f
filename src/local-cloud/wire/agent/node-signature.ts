import { constants, createHash, createPublicKey, verify } from 'node:crypto'
import type { SignedRequest } from '../signature.ts'

/** What a signature covers: Signature Version 4's "string to sign" of a `POST /`. */
export interface SignedText {
  /** `20260131T120000Z` */
  time: string
  /** `20260131/eu-west-1/ssm/aws4_request` */
  scope: string
  /** Names in small letters, sorted. */
  headers: readonly (readonly [name: string, value: string])[]
  body: string
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

export function stringToSign({ time, scope, headers, body }: SignedText): string {
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('')
  const canonical = ['POST', '/', '', lines, headers.map(([name]) => name).join(';'), sha256(body)].join('\n')
  return ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=mi-[^/]+\/(?<scope>[^,\s]+), *SignedHeaders=(?<names>[^,\s]+), *Signature=(?<signature>\S+)$/

/**
 * Did this RSA key sign the request? A node outside EC2 has no secret key yet when it asks for one: the header is that of Signature
 * Version 4, the key's name is the node's, and the signature is RSA-PSS over the string to sign (amazon-ssm-agent 3.3).
 * @param publicKey SubjectPublicKeyInfo, DER in base64
 */
export function isSignedByNode(
  { headers, body }: { headers: SignedRequest['headers']; body: string },
  publicKey: string,
): boolean {
  const { scope, names, signature } = AUTHORIZATION.exec(String(headers['authorization']))?.groups ?? {}
  if (scope === undefined || names === undefined || signature === undefined) return false
  const signed = names.split(';').map((name) => [name, String(headers[name] ?? '')] as const)
  const text = stringToSign({ time: String(headers['x-amz-date']), scope, headers: signed, body })
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
    return verify('sha256', Buffer.from(text), pss, Buffer.from(signature, 'base64'))
  } catch {
    // Not a key at all.
    return false
  }
}
