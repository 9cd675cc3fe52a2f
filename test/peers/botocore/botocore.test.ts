import { execFile } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { models } from '../../../src/local-cloud/wire/models.ts'
import operations from '../../../src/local-cloud/wire/operations.json' with { type: 'json' }
import { AwsFault, type Handler, type Handlers } from '../../../src/local-cloud/wire/service.ts'
import { populator } from '../../local-cloud/wire/populate.ts'
import { startWireServer, type WireServer } from '../../local-cloud/wire/wire-server.ts'

const VERSION = '1.44.5'
const PYTHON = process.env['PYTHON'] ?? 'python3'
type Service = keyof typeof operations
interface Exchange {
  service: Service
  operation: string
  input: unknown
  output: unknown
}

const fill = (service: Service, part: 'input' | 'output', operation: string) => {
  const shape = models[service].operations[operation]?.[part]
  return wholeSeconds(shape ? populator(models[service])(shape) : {})
}
const services = Object.keys(operations) as Service[]
const exchanges: Exchange[] = services.flatMap((service) =>
  operations[service].map((operation) => ({
    service,
    operation,
    input: fill(service, 'input', operation),
    output: fill(service, 'output', operation),
  })),
)

let respond: (exchange: Exchange, input: unknown) => unknown
let server: WireServer

beforeAll(async () => {
  const handlers: Handlers = {}
  for (const exchange of exchanges) {
    const handler: Handler = (input) => respond(exchange, input)
    handlers[exchange.service] = { ...handlers[exchange.service], [exchange.operation]: handler }
  }
  server = await startWireServer(handlers)
})

afterAll(() => server.close())

describe('botocore', () => {
  test('every operation arrives and is answered whole', async () => {
    const seen = new Map<string, unknown>()
    respond = ({ service, operation, output }, input) => {
      seen.set(`${service} ${operation}`, input)
      return output
    }
    const answers = await callAll(exchanges)
    for (const [index, { service, operation, input, output }] of exchanges.entries()) {
      expect({ operation, input: seen.get(`${service} ${operation}`) }).toEqual({ operation, input })
      expect({ operation, answer: answers[index] }).toEqual({ operation, answer: { output } })
    }
  }, 60_000)

  test('every modelled error has its class, code and message', async () => {
    const raised = exchanges.flatMap((exchange) => {
      const { service, operation } = exchange
      return (models[service].operations[operation]?.errors ?? []).map((error) => ({ ...exchange, error }))
    })
    const thrown = raised.map(({ error }) => error)
    respond = () => {
      throw new AwsFault(thrown.shift() ?? 'none', '<no> "name"\r\n & more')
    }
    const answers = await callAll(raised)
    for (const [index, { service, error }] of raised.entries()) {
      const shape = models[service].shapes[error]
      const code = (shape?.type === 'structure' ? shape.error?.code : undefined) ?? error
      const expected = { error, Code: code, Message: '<no> "name"\r\n & more' }
      expect(answers[index]).toMatchObject(expected)
    }
  }, 60_000)
})

/** botocore cuts the fraction of a second off in JSON. */
function wholeSeconds(value: unknown): unknown {
  if (value instanceof Date) return new Date(Math.floor(value.getTime() / 1000) * 1000)
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(wholeSeconds)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wholeSeconds(inner)]))
}

async function callAll(calls: readonly Exchange[]): Promise<unknown[]> {
  const requests = calls.map(({ service, operation, input }) => ({
    service,
    operation,
    input: tagged(input),
  }))
  const script = new URL('call.py', import.meta.url).pathname
  const answers = new Promise<string>((resolve, reject) => {
    const options = { maxBuffer: 100_000_000 }
    const child = execFile(PYTHON, [script, server.endpoint, VERSION], options, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
    child.stdin?.end(JSON.stringify(requests))
  })
  return JSON.parse(await answers, (_, value) => untagged(value))
}

function tagged(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.toISOString() }
  if (value instanceof Uint8Array) return { $blob: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map(tagged)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, tagged(inner)]))
}

function untagged(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$date' in value) return new Date(String(value.$date))
  return '$blob' in value ? new Uint8Array(Buffer.from(String(value.$blob), 'base64')) : value
}
