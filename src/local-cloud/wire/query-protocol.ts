import { coralPaths, refuseAsCoral } from './coral.ts'
import { modelledError } from './modelled-error.ts'
import type { Protocol } from './protocol.ts'
import { queryTree } from './query-tree.ts'
import { queryDialect, readStructure } from './read-query.ts'
import { AwsFault } from './service.ts'
import { element, escapeXml, xmlOfStructure } from './write-xml.ts'

const contentType = 'text/xml'

/** awsQuery (IAM, ELBv2, STS): `.member.N` lists, a result element inside the response, errors with modelled codes. */
export const queryProtocol: Protocol = {
  paths: coralPaths,
  read: (model, shape, body, report) =>
    readStructure({ model, dialect: queryDialect, report }, shape, queryTree(new URLSearchParams(body))),
  refuse: (violations) => refuseAsCoral('ValidationError', violations),
  unknownOperation: (name) =>
    new AwsFault('InvalidAction', `Could not find the operation: the local cloud does not know ${name}`),
  succeed: ({ model, operation, shape, output, requestId }) => {
    const result = shape ? element(`${operation}Result`, xmlOfStructure(model, shape, output)) : ''
    const metadata = element('ResponseMetadata', element('RequestId', requestId))
    const tag = `${operation}Response`
    return {
      status: 200,
      contentType,
      body: `<${tag} xmlns="${model.namespace}">${result}${metadata}</${tag}>`,
    }
  },
  fail: (fault, { model, requestId }) => {
    const error = modelledError(model, fault)
    const inner = [
      element('Type', error.status < 500 ? 'Sender' : 'Receiver'),
      element('Code', escapeXml(error.code)),
      error.shape && model ? xmlOfStructure(model, error.shape, fault.details) : '',
      element('Message', escapeXml(fault.message)),
    ]
    const body = element('Error', inner.join('')) + element('RequestId', requestId)
    const namespace = model?.namespace ? ` xmlns="${model.namespace}"` : ''
    return { status: error.status, contentType, body: `<ErrorResponse${namespace}>${body}</ErrorResponse>` }
  },
  internalErrorCode: 'InternalFailure',
}
