import { createHash, createHmac } from 'node:crypto'
import type { Authorization } from './authorization.ts'
import { encodeRfc3986 } from './scalar-text.ts'

/** The part of a request that is signed. */
export interface SignedRequest {
  method: string
  /** Path and query string. */
  url: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** As it came, before any decoding. */
  body: Uint8Array
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** The signature that a request must have (Signature Version 4), in lower-case hexadecimal. */
export function signatureOf(
  request: SignedRequest,
  authorization: Authorization,
  secretAccessKey: string,
): string {
  const { date, region, signingName, time } = authorization
  const scope = `${date}/${region}/${signingName}/aws4_request`
  const canonical = sha256(canonicalRequest(request, authorization))
  const text = ['AWS4-HMAC-SHA256', time, scope, canonical].join('\n')
  return hmac(signingKey(secretAccessKey, scope), text).toString('hex')
}

/** Four of the five HMACs of a signature depend on key and day alone. */
const signingKeys = new Map<string, Buffer>()
const MOST_SIGNING_KEYS = 1000

function signingKey(secretAccessKey: string, scope: string): Buffer {
  const name = `${secretAccessKey}/${scope}`
  const known = signingKeys.get(name)
  if (known) return known
  const key = scope.split('/').reduce<Buffer | string>(hmac, `AWS4${secretAccessKey}`) as Buffer
  if (signingKeys.size >= MOST_SIGNING_KEYS) signingKeys.clear()
  signingKeys.set(name, key)
  return key
}

function canonicalRequest({ method, url, headers, body }: SignedRequest, authorization: Authorization) {
  const [path = '/', query = ''] = url.split(/\?(.*)/s)
  const lines = authorization.signedHeaders.map((name) => `${name}:${canonicalValue(headers[name])}\n`)
  return [
    method,
    path.split('/').map(encodeRfc3986).join('/'),
    canonicalQuery(new URLSearchParams(query)),
    lines.join(''),
    authorization.signedHeaders.join(';'),
    sha256(body),
  ].join('\n')
}

const canonicalValue = (value: string | string[] | undefined) =>
  (Array.isArray(value) ? value : [value ?? '']).map((one) => one.trim().replace(/ +/g, ' ')).join(',')

function canonicalQuery(parameters: URLSearchParams): string {
  return [...parameters]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]): [string, string] => [encodeRfc3986(name), encodeRfc3986(value)])
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** By code point, as AWS sorts; localeCompare wouldn't. */
const compare = (one: string, other: string) => (one < other ? -1 : Number(one > other))
