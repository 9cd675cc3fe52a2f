import { type Authorization, readAuthorization } from './authorization.ts'
import { models } from './models.ts'
import { AwsFault, type ServiceName } from './service.ts'
import type { SignedRequest } from './signature.ts'

export interface Route {
  service: ServiceName
  operation: string
  /** What the signature says, not verified yet; undefined where there is none that can be read. */
  authorization: Authorization | undefined
  /** JSON, or the parameters of a query wherever they stood. */
  body: string
}

export const SIGNING_NAMES: Readonly<Record<ServiceName, string>> = {
  ec2: 'ec2',
  elb: 'elasticloadbalancing',
  elbv2: 'elasticloadbalancing',
  iam: 'iam',
  sts: 'sts',
  ssm: 'ssm',
  ec2messages: 'ec2messages',
  pricing: 'pricing',
  servicequotas: 'servicequotas',
}
const services = Object.keys(SIGNING_NAMES) as ServiceName[]

export const isJson = (request: SignedRequest) => request.headers['x-amz-target'] !== undefined

/** The parameters in the URL, among them a presigned request's signature. */
export const urlParameters = ({ url }: SignedRequest) => new URLSearchParams(url.split(/\?(.*)/s)[1])

/**
 * Finds the service and operation that a request is for: by X-Amz-Target, or by the signature's scope and Version.
 * @throws AwsFault  naming what the local cloud does not know
 */
export function route(request: SignedRequest): Route {
  const target = request.headers['x-amz-target']
  const text = new TextDecoder().decode(request.body)
  const read = readAuthorization(request.headers, urlParameters(request))
  const authorization = read === 'incomplete' ? undefined : read
  if (typeof target === 'string') return routeTarget(target, text, authorization)
  // A presigned POST has its signature in the URL and its parameters in the body.
  const query = [request.url.split(/\?(.*)/s)[1], text].filter(Boolean).join('&')
  return routeQuery(query, authorization)
}

function routeTarget(target: string, body: string, authorization: Authorization | undefined): Route {
  const [prefix, operation] = target.split('.')
  const service = services.find((name) => models[name].targetPrefix === prefix)
  if (!service || !operation)
    throw new AwsFault('UnknownOperationException', `the local cloud does not know ${target}`)
  return { service, operation, authorization, body }
}

function routeQuery(body: string, authorization: Authorization | undefined): Route {
  const parameters = new URLSearchParams(body)
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
