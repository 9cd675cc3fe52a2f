import type { Protocol } from './protocol.ts'
import { queryTree } from './query-tree.ts'
import { ec2Dialect, readStructure } from './read-query.ts'
import { AwsFault } from './service.ts'
import type { Reference } from './shapes.ts'
import type { Violation } from './violation.ts'
import { element, escapeXml, xmlOfStructure } from './write-xml.ts'

const contentType = 'text/xml;charset=UTF-8'
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

const paths = {
  member: (path: string, name: string, reference: Reference) =>
    (path ? `${path}.` : '') + ec2Dialect.keyOf(name, reference),
  item: (path: string, index: number) => `${path}.${index + 1}`,
  entry: (path: string, key: string) => `${path}.${key}`,
}

/** EC2 names only the first thing that is wrong. */
function refuse([first]: readonly Violation[]): AwsFault {
  if (!first) throw new Error('nothing to refuse')
  const { path, value, demand } = first
  switch (first.kind) {
    case 'unknown':
      return new AwsFault('UnknownParameter', `The parameter ${path} is not recognized`)
    case 'missing':
      return new AwsFault('MissingParameter', `The request must contain the parameter ${path}`)
    default:
      return new AwsFault(
        'InvalidParameterValue',
        `Value (${value ?? '***'}) for parameter ${path} is invalid. ${demand}`,
      )
  }
}

/** ec2Query: flat lists, the request id among the output's members, errors without a model. */
export const ec2Protocol: Protocol = {
  paths,
  read: (model, shape, body, report) =>
    readStructure({ model, dialect: ec2Dialect, report }, shape, queryTree(new URLSearchParams(body))),
  refuse,
  unknownOperation: (name) =>
    new AwsFault(
      'InvalidAction',
      `The action is not valid for this web service: the local cloud does not know ${name}`,
    ),
  succeed: ({ model, operation, shape, output, requestId }) => {
    const members = shape ? xmlOfStructure(model, shape, output) : element('return', 'true')
    const tag = `${operation}Response`
    const body = `<${tag} xmlns="${model.namespace}/">${element('requestId', requestId)}${members}</${tag}>`
    return { status: 200, contentType, body: declaration + body }
  },
  fail: (fault, { requestId }) => {
    const error = element('Code', escapeXml(fault.code)) + element('Message', escapeXml(fault.message))
    const errors = element('Errors', element('Error', error))
    const body = element('Response', errors + element('RequestID', requestId))
    return { status: fault.status ?? 400, contentType, body: declaration + body }
  },
  internalErrorCode: 'InternalError',
}
