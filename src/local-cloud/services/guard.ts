import { models } from '../wire/models.ts'
import { AwsFault, type Call, type Handler, LostAnswer, type ServiceName } from '../wire/service.ts'
import type { World } from '../world/world.ts'
import { authorize } from './authorize.ts'
import { faultOf } from './call-fault.ts'
import type { Cloud, Operation } from './cloud.ts'
import type { Consistency } from './consistency/consistency.ts'
import type { AccountBuckets } from './throttling/account-buckets.ts'
import { tokenDemands } from './throttling/token-demands.ts'

/** What holds for every operation: its region, the parameters it knows, throttling, the faults that were asked for. */
export function guarded(cloud: Cloud, operation: Operation, { consistency, buckets }: Guards): Handler {
  const handle = operation.handle(cloud)
  const { world } = cloud
  return async (input: Record<string, unknown>, call) => {
    count(world, call)
    refuseOtherRegion(world, call)
    const struck = faultOf(world, consistency, call, input)
    const demands = tokenDemands(call, input)
    if (struck.kind === 'throttle' || buckets?.take(demands, modelledSeconds(world)))
      throw throttled(call.service)
    if (struck.kind === 'error-before') throw internalError(call.service)
    const work = async () => {
      authorize(world, call, input)
      refuseUnknownParameters(operation, input, call)
      if (struck.kind === 'not-found') throw struck.unknown
      if (struck.kind === 'stale') return operation.handle({ ...cloud, world: struck.earlier })(input, call)
      return consistency.noting(call, async () => handle(input, call))
    }
    const answer = await work().catch((refusal: unknown) => {
      buckets?.giveBack(demands)
      throw refusal
    })
    if (struck.kind === 'error-after') throw internalError(call.service)
    if (struck.kind === 'lose-answer') throw new LostAnswer()
    return answer
  }
}

/** What all operations of a cloud share. */
export interface Guards {
  consistency: Consistency
  /** Undefined where calls are not throttled. */
  buckets: AccountBuckets | undefined
}

/** By which buckets are refilled: it passes `speed` times as fast. */
const modelledSeconds = ({ clock, speed }: World) => (clock.now() / 1000) * speed

function count({ calls }: World, { service, operation }: Call): void {
  const name = `${service}:${operation}`
  calls.set(name, (calls.get(name) ?? 0) + 1)
}

/** IAM is global, STS answers anywhere, and the price list has regions of its own. */
const REGIONAL: readonly ServiceName[] = ['ec2', 'elb', 'elbv2', 'ssm', 'ec2messages', 'servicequotas']

function refuseOtherRegion({ region }: World, call: Call): void {
  if (!REGIONAL.includes(call.service) || call.region === region) return
  throw new AwsFault(
    'OptInRequired',
    `the local cloud has only ${region}; ${call.service}:${call.operation} was signed for ${call.region}`,
    { status: 403 },
  )
}

function throttled(service: ServiceName): AwsFault {
  if (service === 'ec2')
    return new AwsFault('RequestLimitExceeded', 'Request limit exceeded.', { status: 503 })
  const json = models[service].protocol === 'json'
  return new AwsFault(json ? 'ThrottlingException' : 'Throttling', 'Rate exceeded', { status: 400 })
}

/** "Common Errors" of each API reference, and SSM's modelled error. */
function internalError(service: ServiceName): AwsFault {
  const json = models[service].protocol === 'json'
  const ofOthers = service === 'ec2' ? 'InternalError' : 'InternalFailure'
  return new AwsFault(json ? 'InternalServerError' : ofOthers, 'An internal error has occurred', {
    status: 500,
  })
}

function refuseUnknownParameters(
  { parameters }: Operation,
  input: Record<string, unknown>,
  { service, operation }: Call,
): void {
  const unknown = Object.keys(input).filter((name) => input[name] !== undefined && !parameters.includes(name))
  if (unknown.length === 0) return
  throw new AwsFault(
    service === 'ssm' ? 'ValidationException' : 'UnsupportedOperation',
    `the local cloud does not know ${unknown.join(', ')} of ${service}:${operation}`,
  )
}
