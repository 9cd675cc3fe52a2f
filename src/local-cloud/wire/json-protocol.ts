import { coralPaths, refuseAsCoral } from './coral.ts'
import { errorMembers, modelledError } from './modelled-error.ts'
import type { Protocol } from './protocol.ts'
import { readJson } from './read-json.ts'
import { AwsFault } from './service.ts'
import { jsonOf } from './write-json.ts'

const contentType = 'application/x-amz-json-1.1'

function parse(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body)
  } catch {
    throw new AwsFault('SerializationException', 'The request is not JSON')
  }
}

/** awsJson1.1 (SSM and its agents' message channel). A value of another type doesn't even reach AWS's validation. */
export const jsonProtocol: Protocol = {
  paths: coralPaths,
  read: (model, shape, body, report) =>
    (readJson({ model, style: coralPaths, report }, shape, parse(body)) ?? {}) as Record<string, unknown>,
  refuse: (violations) => {
    const mistyped = violations.some((violation) => violation.kind === 'type')
    return refuseAsCoral(mistyped ? 'SerializationException' : 'ValidationException', violations)
  },
  unknownOperation: (name) =>
    new AwsFault('UnknownOperationException', `the local cloud does not know ${name}`),
  succeed: ({ model, shape, output }) => {
    const body = JSON.stringify(shape ? jsonOf(model, shape, output) : {})
    return { status: 200, contentType, body }
  },
  fail: (fault, { model }) => {
    const error = modelledError(model, fault)
    const members =
      error.shape && model ? (jsonOf(model, error.shape, errorMembers(error, fault)) as object) : {}
    const body = JSON.stringify({ __type: error.code, message: fault.message, ...members })
    return { status: error.status, contentType, body }
  },
  internalErrorCode: 'InternalServerError',
}
