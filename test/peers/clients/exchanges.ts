import { models } from '../../../src/local-cloud/wire/models.ts'
import operations from '../../../src/local-cloud/wire/operations.json' with { type: 'json' }
import type { Handler, Handlers } from '../../../src/local-cloud/wire/service.ts'
import { populator } from '../../local-cloud/wire/populate.ts'

type Service = keyof typeof operations

/** One call of an operation, filled to the brim, and its answer. */
export interface Exchange {
  service: Service
  operation: string
  input: Record<string, unknown>
  output: Record<string, unknown>
}

/** The text of errors: markup, quotes and line ends. */
export const ERROR_TEXT = '<no> "name"\r\n & more'

const services = Object.keys(operations) as Service[]

/** Every operation that the wire serves. */
export function everyExchange(): Exchange[] {
  const fill = (service: Service, shape: string | undefined) =>
    (shape ? wholeSeconds(populator(models[service])(shape)) : {}) as Record<string, unknown>
  return services.flatMap((service) =>
    operations[service].map((operation) => {
      const { input, output } = models[service].operations[operation] ?? {}
      return { service, operation, input: fill(service, input), output: fill(service, output) }
    }),
  )
}

/** Every modelled error of every operation: `code` is what goes over the wire. */
export const everyError = (exchanges: readonly Exchange[]) =>
  exchanges.flatMap((exchange) =>
    (models[exchange.service].operations[exchange.operation]?.errors ?? []).map((error) => {
      const shape = models[exchange.service].shapes[error]
      const code = (shape?.type === 'structure' ? shape.error?.code : undefined) ?? error
      return { ...exchange, error, code }
    }),
  )

/** Handlers for all exchanges that answer through one function. */
export function handlersOf(
  exchanges: readonly Exchange[],
  respond: (exchange: Exchange, input: unknown) => unknown,
): Handlers {
  const handlers: Handlers = {}
  for (const exchange of exchanges) {
    const handler: Handler = (input) => respond(exchange, input)
    handlers[exchange.service] = { ...handlers[exchange.service], [exchange.operation]: handler }
  }
  return handlers
}

/** botocore cuts the fraction of a second off in JSON. */
function wholeSeconds(value: unknown): unknown {
  return mapLeaves(value, (leaf) =>
    leaf instanceof Date ? new Date(Math.floor(leaf.getTime() / 1000) * 1000) : leaf,
  )
}

/** The same value with each scalar, Date or Uint8Array in it replaced. */
export function mapLeaves(value: unknown, change: (leaf: unknown) => unknown): unknown {
  if (value instanceof Date || value instanceof Uint8Array) return change(value)
  if (typeof value !== 'object' || value === null) return change(value)
  if (Array.isArray(value)) return value.map((one) => mapLeaves(one, change))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapLeaves(inner, change)]))
}
