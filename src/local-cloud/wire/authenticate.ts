import { refusalOfCaller } from './caller-fault.ts'
import { type Authority, faultOfCaller } from './fault-of-caller.ts'
import { models } from './models.ts'
import { type Route, SIGNING_NAMES, urlParameters } from './router.ts'
import type { SignedRequest } from './signature.ts'

/** The JSON services allow five minutes between clocks, the others fifteen. */
const TOLERANCE_MINUTES = { ec2: 15, query: 15, json: 5 } as const

/** @throws AwsFault  for a caller whom AWS would not believe, in the words of that service */
export function authenticate(
  authority: Authority,
  request: SignedRequest,
  { service, operation, authorization }: Route,
): void {
  const { protocol, operations } = models[service]
  const fault = faultOfCaller(request, urlParameters(request), {
    authority,
    signingName: SIGNING_NAMES[service],
    toleranceMinutes: TOLERANCE_MINUTES[protocol],
  })
  // Not a key of ours: the node's own, by which its signature is judged later.
  if (operations[operation]?.signedByNode && authorization?.accessKeyId.startsWith('mi-')) return
  if (!fault || (fault.kind === 'unsigned' && operations[operation]?.unsigned)) return
  throw refusalOfCaller(protocol, fault)
}
