import { AwsFault } from './service.ts'
import type { ServiceModel } from './shapes.ts'

/** Why AWS does not believe a caller. `skewed`: signed at another time than ours, or a presigned request that is over. */
type CallerFaultKind =
  | 'unsigned'
  | 'incomplete'
  | 'unknown-key'
  | 'expired-token'
  | 'wrong-signature'
  | 'skewed'

export interface CallerFault {
  kind: CallerFaultKind
  /** What AWS says in place of the usual text. */
  detail?: string
}

type Answers = Readonly<Record<CallerFaultKind, readonly [code: string, status: number, message: string]>>

const NO_MATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
const INCOMPLETE = "Authorization header requires 'Credential', 'Signature', 'SignedHeaders' and a date"
const INVALID_TOKEN = 'The security token included in the request is invalid.'
const EXPIRED_TOKEN = 'The security token included in the request is expired'

/**
 * Codes and statuses: "Common Errors" of each API reference, and for EC2 "Error codes for the Amazon EC2 API". A clock that is
 * wrong shows as a signature that is wrong, but for EC2, which calls both times that have passed RequestExpired.
 */
const ANSWERS: Readonly<Record<ServiceModel['protocol'], Answers>> = {
  ec2: {
    unsigned: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    incomplete: ['IncompleteSignature', 400, INCOMPLETE],
    'unknown-key': ['AuthFailure', 401, 'AWS was not able to validate the provided access credentials'],
    'expired-token': ['RequestExpired', 400, 'Request has expired.'],
    'wrong-signature': ['SignatureDoesNotMatch', 403, NO_MATCH],
    skewed: ['RequestExpired', 400, 'Request has expired.'],
  },
  query: {
    unsigned: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    incomplete: ['IncompleteSignature', 400, INCOMPLETE],
    'unknown-key': ['InvalidClientTokenId', 403, INVALID_TOKEN],
    'expired-token': ['ExpiredToken', 403, EXPIRED_TOKEN],
    'wrong-signature': ['SignatureDoesNotMatch', 403, NO_MATCH],
    skewed: ['SignatureDoesNotMatch', 403, NO_MATCH],
  },
  json: {
    unsigned: ['MissingAuthenticationTokenException', 400, 'Missing Authentication Token'],
    incomplete: ['IncompleteSignatureException', 400, INCOMPLETE],
    'unknown-key': ['UnrecognizedClientException', 400, INVALID_TOKEN],
    'expired-token': ['ExpiredTokenException', 400, EXPIRED_TOKEN],
    'wrong-signature': ['InvalidSignatureException', 400, NO_MATCH],
    skewed: ['InvalidSignatureException', 400, NO_MATCH],
  },
}

/** The refusal of a caller, as services of this protocol put it. */
export function refusalOfCaller(protocol: ServiceModel['protocol'], { kind, detail }: CallerFault): AwsFault {
  const [code, status, message] = ANSWERS[protocol][kind]
  return new AwsFault(code, code === 'RequestExpired' ? message : (detail ?? message), { status })
}
