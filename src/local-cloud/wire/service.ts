/** The services of the local cloud; `ec2messages` is the channel by which the SSM agent of a node gets its commands. */
export type ServiceName =
  | 'ec2'
  | 'elb'
  | 'elbv2'
  | 'iam'
  | 'sts'
  | 'ssm'
  | 'ec2messages'
  | 'pricing'
  | 'servicequotas'

export interface FaultOptions {
  /** HTTP status, where the model knows none (EC2 models no errors at all). Default 400. */
  status?: number
  /** Further members of the error's shape, e.g. `{ Reason: 'TagPolicy' }`. */
  details?: Record<string, unknown>
}

/**
 * An error as AWS answers it. `code` is the one on the wire (`InvalidGroup.NotFound`, `DuplicateLoadBalancerName`,
 * `NoSuchEntity`); the shape's name (`NoSuchEntityException`) is understood too.
 */
export class AwsFault extends Error {
  readonly code: string
  readonly status: number | undefined
  readonly details: Record<string, unknown>

  constructor(code: string, message: string, options: FaultOptions = {}) {
    super(message)
    this.name = 'AwsFault'
    this.code = code
    this.status = options.status
    this.details = options.details ?? {}
  }
}

/** Thrown by a handler whose answer is to be lost on the way: its work is done, and the connection ends without a byte. */
export class LostAnswer extends Error {
  constructor() {
    super('the answer was lost on the way')
    this.name = 'LostAnswer'
  }
}

/** Who calls what. */
export interface Call {
  service: ServiceName
  operation: string
  /** From the signature's scope; unsigned calls have no region and get the local cloud's default. */
  region: string
  /** Whose signature was found good; undefined where AWS asks for none. */
  accessKeyId: string | undefined
  /** Whether an RSA key made the signature, as a node outside EC2 signs with its own. Absent where there was no request. */
  signedBy?: (publicKey: string) => boolean
  sourceAddress: string | undefined
  requestId: string
  /** Aborted when the caller goes away before its answer; undefined for a call that came over no connection. */
  signal?: AbortSignal
}

/**
 * An operation. `input` is parsed and validated against AWS's model and has the shape of the SDK's input type (Date for
 * timestamps, Uint8Array for blobs), so a handler may name that type. What it returns has the shape of the SDK's output.
 *
 * @throws AwsFault  what AWS would refuse
 * @throws LostAnswer  where the caller is to get no answer
 */
// biome-ignore lint/suspicious/noExplicitAny: each handler names the SDK's own input type for its operation
export type Handler = (input: any, call: Call) => unknown | Promise<unknown>

export type Handlers = Partial<Record<ServiceName, Record<string, Handler>>>
