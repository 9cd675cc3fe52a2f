/** What a request says of its signature (Signature Version 4), in its header or, presigned, in its query string. */
export interface Authorization {
  accessKeyId: string
  /** Day of the credential scope: `20260131`. */
  date: string
  region: string
  /** The service's signing name; ELBv2 shares `elasticloadbalancing` with its first version. */
  signingName: string
  /** As signed: `20260131T235959Z`. */
  time: string
  signedHeaders: readonly string[]
  signature: string
  sessionToken: string | undefined
  /** Seconds for which a presigned request is good; undefined for one that is signed in its header. */
  expiresAfter: number | undefined
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

const SCOPE = /^(?<accessKeyId>[^/]+)\/(?<date>\d{8})\/(?<region>[^/]+)\/(?<signingName>[^/]+)\/aws4_request$/
const ALGORITHM = 'AWS4-HMAC-SHA256'

/** @returns undefined for an unsigned request, `'incomplete'` for a signature that can't be read */
export function readAuthorization(
  headers: Headers,
  parameters: URLSearchParams,
): Authorization | 'incomplete' | undefined {
  const header = textOf(headers['authorization'])
  if (header !== undefined) return readHeader(header, headers)
  return parameters.has('X-Amz-Algorithm') || parameters.has('X-Amz-Credential')
    ? readPresigned(parameters)
    : undefined
}

function readHeader(header: string, headers: Headers): Authorization | 'incomplete' {
  const [algorithm = '', rest = ''] = header.split(/ (.*)/s)
  const parts = new Map(rest.split(',').map((part) => part.trim().split(/=(.*)/s) as [string, string]))
  if (algorithm !== ALGORITHM) return 'incomplete'
  return complete({
    credential: parts.get('Credential'),
    signedHeaders: parts.get('SignedHeaders'),
    signature: parts.get('Signature'),
    time: textOf(headers['x-amz-date']),
    sessionToken: textOf(headers['x-amz-security-token']),
  })
}

function readPresigned(parameters: URLSearchParams): Authorization | 'incomplete' {
  const of = (name: string) => parameters.get(`X-Amz-${name}`) ?? undefined
  const expiresAfter = Number(of('Expires') ?? Number.NaN)
  if (of('Algorithm') !== ALGORITHM || !(expiresAfter > 0)) return 'incomplete'
  return complete({
    credential: of('Credential'),
    signedHeaders: of('SignedHeaders'),
    signature: of('Signature'),
    time: of('Date'),
    sessionToken: of('Security-Token'),
    expiresAfter,
  })
}

interface Parts {
  credential: string | undefined
  signedHeaders: string | undefined
  signature: string | undefined
  time: string | undefined
  sessionToken: string | undefined
  expiresAfter?: number
}

function complete({ credential, signedHeaders, signature, time, sessionToken, expiresAfter }: Parts) {
  const { accessKeyId, date, region, signingName } = SCOPE.exec(credential ?? '')?.groups ?? {}
  if (!accessKeyId || !date || !region || !signingName || !signedHeaders || !signature) return 'incomplete'
  if (!time || !/^\d{8}T\d{6}Z$/.test(time) || !time.startsWith(date)) return 'incomplete'
  return {
    ...{ accessKeyId, date, region, signingName, time, signature, sessionToken, expiresAfter },
    signedHeaders: signedHeaders.toLowerCase().split(';'),
  }
}

const textOf = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined)
