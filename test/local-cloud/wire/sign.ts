import { createHash, createHmac } from 'node:crypto'

// Written apart from the product's check, after "Create a signed AWS API request" of the IAM user guide.

export interface Signing {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  region: string
  /** The service's signing name. */
  scope: string
  at: Date
  method: string
  url: URL
  body: string
  /** Lower-case names; all of them are signed. */
  headers: Readonly<Record<string, string>>
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
/** By code unit: header names are ASCII. */
const sorted = (names: string[]) => names.toSorted((one, other) => (one < other ? -1 : 1))
const compactDate = (date: Date) => date.toISOString().replace(/[-:]|\.\d{3}/g, '')

function signatureOf(signing: Signing, headers: Record<string, string>, query: URLSearchParams): string {
  const { secretAccessKey, region, scope, at, method, url, body } = signing
  const [time, names] = [compactDate(at), sorted(Object.keys(headers))]
  query.sort()
  const canonical = [
    method,
    url.pathname,
    // Of what URLSearchParams leaves and RFC 3986 encodes, only these occur in tests.
    query.toString().replaceAll('+', '%20').replaceAll('*', '%2A'),
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n')
  const day = time.slice(0, 8)
  const key = [day, region, scope, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  const text = ['AWS4-HMAC-SHA256', time, `${day}/${region}/${scope}/aws4_request`, sha256(canonical)]
  return hmac(key, text.join('\n')).toString('hex')
}

const credentialOf = ({ accessKeyId, at, region, scope }: Signing) =>
  `${accessKeyId}/${compactDate(at).slice(0, 8)}/${region}/${scope}/aws4_request`

/** The request's headers with its signature among them. */
export function signedHeaders(signing: Signing): Record<string, string> {
  const { sessionToken, url, at } = signing
  const headers = {
    ...signing.headers,
    host: url.host,
    'x-amz-date': compactDate(at),
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  }
  const signature = signatureOf(signing, headers, new URLSearchParams(url.search))
  const names = sorted(Object.keys(headers)).join(';')
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentialOf(signing)}, SignedHeaders=${names}, Signature=${signature}`
  return { ...headers, authorization }
}

/** The URL with its signature in the query string, good for `seconds`. */
export function presignedUrl(signing: Signing, seconds: number): URL {
  const { sessionToken, url, at } = signing
  const query = new URLSearchParams(url.search)
  query.set('X-Amz-Algorithm', 'AWS4-HMAC-SHA256')
  query.set('X-Amz-Credential', credentialOf(signing))
  query.set('X-Amz-Date', compactDate(at))
  query.set('X-Amz-Expires', String(seconds))
  query.set('X-Amz-SignedHeaders', 'host')
  if (sessionToken !== undefined) query.set('X-Amz-Security-Token', sessionToken)
  query.set('X-Amz-Signature', signatureOf(signing, { host: url.host }, query))
  return new URL(`?${query}`, url)
}
