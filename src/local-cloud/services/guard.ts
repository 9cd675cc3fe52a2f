import { models } from '../wire/models.ts'
import { AwsFault, type Call, type Handler, LostAnswer, type ServiceName } from '../wire/service.ts'
import type { World } from '../world/world.ts'
import { authorize } from './authorize.ts'
import type { Cloud, Operation } from './cloud.ts'

/** What holds for every operation: its region, the parameters it knows, the faults that were asked for. */
export function guarded(cloud: Cloud, operation: Operation): Handler {
  const handle = operation.handle(cloud)
  return async (input: Record<string, unknown>, call) => {
    const { world } = cloud
    count(world, call)
    refuseOtherRegion(world, call)
    if (world.faults.strikes(`throttle:${call.operation}`)) throw throttled(call.service)
    authorize(world, call, input)
    refuseUnknownParameters(operation, input, call)
    const answer = await handle(input, call)
    if (world.faults.strikes(`error-after:${call.operation}`)) throw internalError(call.service)
    if (world.faults.strikes(`lose-answer:${call.operation}`)) throw new LostAnswer()
    return answer
  }
}

function count({ calls }: World, { service, operation }: Call): void {
  const name = `${service}:${operation}`
  calls.set(name, (calls.get(name) ?? 0) + 1)
}

/** IAM is global, STS answers anywhere, and the price list has regions of its own. */
const REGIONAL: readonly ServiceName[] = ['ec2', 'elbv2', 'ssm', 'ec2messages', 'servicequotas']

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
