import { qualifiedName, type Resource } from './resources.ts'

/** A refusal as the Kubernetes API words it; becomes a Status object. */
export class ApiError extends Error {
  readonly code: number
  readonly reason: string
  readonly details: Record<string, unknown> | undefined

  constructor(code: number, reason: string, message: string, details?: Record<string, unknown>) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
  }
}

type Named = Pick<Resource, 'group' | 'plural'>

const detailsOf = (resource: Named, name: string) => ({
  name,
  ...(resource.group && { group: resource.group }),
  kind: resource.plural,
})

export const notFound = (resource: Named, name: string) =>
  new ApiError(404, 'NotFound', `${qualifiedName(resource)} "${name}" not found`, detailsOf(resource, name))

export const alreadyExists = (resource: Named, name: string) =>
  new ApiError(
    409,
    'AlreadyExists',
    `${qualifiedName(resource)} "${name}" already exists`,
    detailsOf(resource, name),
  )

export const conflict = (resource: Named, name: string, why?: string) =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}": ${
      why ?? 'the object has been modified; please apply your changes to the latest version and try again'
    }`,
    detailsOf(resource, name),
  )

export const forbidden = (resource: Named, name: string, why: string) =>
  new ApiError(
    403,
    'Forbidden',
    `${qualifiedName(resource)}${name ? ` "${name}"` : ''} is forbidden: ${why}`,
    detailsOf(resource, name),
  )

/** `field` and what is wrong with it, one or several, as Kubernetes' validation reports them. */
export const invalid = (kind: string, name: string, faults: readonly { field: string; fault: string }[]) => {
  const said = faults.map(({ field, fault }) => `${field}: ${fault}`)
  return new ApiError(
    422,
    'Invalid',
    `${kind} "${name}" is invalid: ${said.length === 1 ? said[0] : `[${said.join(', ')}]`}`,
    {
      name,
      kind,
      causes: faults.map(({ field, fault }) => ({ reason: 'FieldValueInvalid', message: fault, field })),
    },
  )
}

export const badRequest = (message: string) => new ApiError(400, 'BadRequest', message)

export const expired = (since: number, oldest: number) =>
  new ApiError(410, 'Expired', `too old resource version: ${since} (${oldest})`)

const REASONS = {
  404: 'NotFound',
  406: 'NotAcceptable',
  415: 'UnsupportedMediaType',
  501: 'NotImplemented',
} as const

/** What Kubernetes can do and this engine can't: refused by name, with the way to have it. */
export const notServed = (what: string, code: keyof typeof REASONS = 501) =>
  new ApiError(
    code,
    REASONS[code],
    `the light control plane does not serve ${what}: --control-plane upstream serves it`,
    {},
  )

/** The Status object of an error; `metadata: {}` as Kubernetes has it. */
export const statusOf = (error: ApiError) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: error.message,
  reason: error.reason,
  ...(error.details && { details: error.details }),
  code: error.code,
})
