import { constants, createHmac, createPrivateKey, sign } from 'node:crypto'
import { stringToSign } from '../../wire/agent/node-signature.ts'

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
}

/** The key pair of a node's registration. */
export interface NodeKey {
  /** RSA, PKCS#1, DER in base64. */
  privateKey: string
}

interface UnsignedRequest {
  service: string
  region: string
  host: string
  target: string
  body: string
  now: Date
}

/** Makes the headers of a `POST /` in AWS's JSON 1.1 protocol. */
export type Signer = (request: UnsignedRequest) => Record<string, string>

/** Only a registration with an activation's code is. */
export const unsigned: Signer = ({ host, target }) => ({ ...plainHeaders, host, 'x-amz-target': target })

/** Signature Version 4. */
export const withSecret =
  ({ accessKeyId, secretAccessKey, sessionToken }: Credentials): Signer =>
  (request) =>
    authorized(request, { accessKeyId, sessionToken }, (text, scope) => {
      const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
      return hmac(key, text).toString('hex')
    })

/** The same header, with the node's id for a key's and its RSA signature: a hybrid node has nothing else yet. */
export const withNodeKey =
  (nodeId: string, key: NodeKey): Signer =>
  (request) =>
    authorized(request, { accessKeyId: nodeId }, (text) => rsaSignature(key, text))

/** Says both which instance asks and that it is the one that registered: the header of Version 4, signed once more. */
export const withSecretAndNodeKey =
  (credentials: Credentials, key: NodeKey): Signer =>
  (request) => {
    const headers = withSecret(credentials)(request)
    const signature = rsaSignature(key, headers['authorization'] ?? '')
    return { ...headers, 'SSM-AsymmetricKeyAuthorization': `Signature=${signature}` }
  }

const plainHeaders = { 'content-type': 'application/x-amz-json-1.1' }
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** RSA-PSS over SHA-256 with a salt of 32 bytes, as the genuine agent has it. */
function rsaSignature({ privateKey }: NodeKey, text: string): string {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs1' })
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return sign('sha256', Buffer.from(text), pss).toString('base64')
}

function authorized(
  { service, region, host, target, body, now }: UnsignedRequest,
  { accessKeyId, sessionToken }: { accessKeyId: string; sessionToken?: string },
  signatureOf: (text: string, scope: string) => string,
): Record<string, string> {
  const time = `${now.toISOString().replace(/[-:]|\.\d+/g, '')}`
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`
  const headers: Record<string, string> = {
    ...plainHeaders,
    host,
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    'x-amz-target': target,
  }
  const text = stringToSign({ time, scope, headers: Object.entries(headers), body })
  const names = Object.keys(headers).join(';')
  const signature = signatureOf(text, scope)
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return { ...headers, authorization }
}
