import { timingSafeEqual } from 'node:crypto'
import { type Authorization, readAuthorization } from './authorization.ts'
import type { CallerFault } from './caller-fault.ts'
import { type SignedRequest, signatureOf } from './signature.ts'

/** What is known of an access key. */
export interface AccessKey {
  secretAccessKey: string
  /** Temporary credentials (`ASIA…`) are good only together with it. */
  sessionToken?: string
  /** Milliseconds since the epoch; undefined: for ever. */
  expiresAt?: number
}

/** Who knows the access keys, and what time it is. */
export interface Authority {
  keyOf: (accessKeyId: string) => AccessKey | undefined
  /** Milliseconds since the epoch. */
  now: () => number
}

interface Demand {
  authority: Authority
  /** The signing name of the service that the request is for. */
  signingName: string
  /** How far a signature's time may be from ours, minutes: 15, and 5 for the JSON services. */
  toleranceMinutes: number
}

/** The longest that a presigned request may be good, seconds: a week (IAM user guide, "Elements of a request signature"). */
const LONGEST_PRESIGNED = 604_800

/**
 * Holds a request's signature against the key that it names.
 * @returns what is wrong with it; undefined when it is good
 */
export function faultOfCaller(
  request: SignedRequest,
  parameters: URLSearchParams,
  demand: Demand,
): CallerFault | undefined {
  const authorization = readAuthorization(request.headers, parameters)
  if (authorization === undefined) return { kind: 'unsigned' }
  if (authorization === 'incomplete') return { kind: 'incomplete' }
  const key = demand.authority.keyOf(authorization.accessKeyId)
  if (!key || key.sessionToken !== authorization.sessionToken) return { kind: 'unknown-key' }
  const now = demand.authority.now()
  if (key.expiresAt !== undefined && key.expiresAt <= now) return { kind: 'expired-token' }
  const unsigned = headerLeftOut(request, authorization)
  if (unsigned) return { kind: 'wrong-signature', detail: mustBeSigned(unsigned) }
  if (authorization.signingName !== demand.signingName)
    return { kind: 'wrong-signature', detail: wrongScope(demand.signingName) }
  if (!isEqual(signatureOf(request, authorization, key.secretAccessKey), authorization.signature))
    return { kind: 'wrong-signature' }
  return lateness(authorization, now, demand.toleranceMinutes)
}

const mustBeSigned = (header: string) => `'${header}' must be a 'SignedHeader' in the AWS Authorization.`
const wrongScope = (name: string) => `Credential should be scoped to correct service: '${name}'. `

/** Host and all x-amz-* headers must be signed (IAM user guide, "Create a signed AWS API request"). */
function headerLeftOut({ headers }: SignedRequest, { signedHeaders }: Authorization): string | undefined {
  const needed = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'))
  return needed.find((name) => !signedHeaders.includes(name))
}

function isEqual(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)]
  return one.length === other.length && timingSafeEqual(one, other)
}

function lateness(
  { time, expiresAfter }: Authorization,
  now: number,
  toleranceMinutes: number,
): CallerFault | undefined {
  const signedAt = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  const tolerance = toleranceMinutes * 60_000
  const oldest =
    now - (expiresAfter === undefined ? tolerance : Math.min(expiresAfter, LONGEST_PRESIGNED) * 1000)
  const margin = `(${compact(now)} ${signedAt < oldest ? '-' : '+'} ${toleranceMinutes} min.)`
  if (!(signedAt >= oldest))
    return skewed(`Signature expired: ${time} is now earlier than ${compact(oldest)} ${margin}`)
  if (signedAt > now + tolerance)
    return skewed(
      `Signature not yet current: ${time} is still later than ${compact(now + tolerance)} ${margin}`,
    )
  return undefined
}

const skewed = (detail: string): CallerFault => ({ kind: 'skewed', detail })

const compact = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, '')
