import { type Authorization, parseAuthorization } from './authorization.ts'
import { models } from './models.ts'
import { AwsFault, type ServiceName } from './service.ts'

export interface WireRequest {
  method: string
  /** Path and query string. */
  url: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
}

export interface Route {
  service: ServiceName
  operation: string
  authorization: Authorization | undefined
  /** JSON, or the parameters of a query wherever they stood. */
  body: string
}

const SIGNING_NAMES: Readonly<Record<ServiceName, string>> = {
  ec2: 'ec2',
  elbv2: 'elasticloadbalancing',
  iam: 'iam',
  sts: 'sts',
  ssm: 'ssm',
  ec2messages: 'ec2messages',
}
const services = Object.keys(SIGNING_NAMES) as ServiceName[]

export const isJson = (request: WireRequest) => request.headers['x-amz-target'] !== undefined

/**
 * Finds the service and operation that a request is for: by X-Amz-Target, or by the signature's scope and Version.
 * @throws AwsFault  naming what the local cloud does not know
 */
export function route(request: WireRequest): Route {
  const target = request.headers['x-amz-target']
  const header = request.headers['authorization']
  const authorize = (parameters: URLSearchParams) =>
    parseAuthorization(typeof header === 'string' ? header : undefined, parameters)
  if (typeof target === 'string') return routeTarget(target, request.body, authorize(new URLSearchParams()))
  const body = request.method === 'GET' ? (request.url.split('?')[1] ?? '') : request.body
  const parameters = new URLSearchParams(body)
  return routeQuery(parameters, body, authorize(parameters))
}

function routeTarget(target: string, body: string, authorization: Authorization | undefined): Route {
  const [prefix, operation] = target.split('.')
  const service = services.find((name) => models[name].targetPrefix === prefix)
  if (!service || !operation)
    throw new AwsFault('UnknownOperationException', `the local cloud does not know ${target}`)
  return { service, operation, authorization, body }
}

function routeQuery(parameters: URLSearchParams, body: string, authorization: Authorization | undefined) {
  const [operation, version] = [parameters.get('Action'), parameters.get('Version')]
  if (!operation) throw new AwsFault('MissingAction', 'The request must contain the parameter Action')
  const service = services.find(
    (name) =>
      models[name].protocol !== 'json' &&
      models[name].version === version &&
      (!authorization || SIGNING_NAMES[name] === authorization.signingName),
  )
  if (service) return { service, operation, authorization, body }
  const named = authorization ? `${authorization.signingName} ` : ''
  throw new AwsFault('NoSuchVersion', `the local cloud does not know ${named}version ${version}`)
}
