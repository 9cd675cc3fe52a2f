import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AwsFault } from '../../../src/local-cloud/wire/service.ts'
import { startWireServer, testKey, type WireServer } from '../../local-cloud/wire/wire-server.ts'
import { runPython } from '../python.ts'
import { ERROR_TEXT, type Exchange, everyError, everyExchange, handlersOf, mapLeaves } from './exchanges.ts'

const MINUTES = 300_000
const exchanges = everyExchange()
const errors = everyError(exchanges)
/** What botocore and awscli call a service: by its name, not by that which its requests are signed for. */
const clientOf = (service: string) => (service === 'servicequotas' ? 'service-quotas' : service)
const nameOf = ({ service, operation }: Pick<Exchange, 'service' | 'operation'>) => `${service}:${operation}`

let respond: (exchange: Exchange, input: unknown) => unknown
let server: WireServer

beforeAll(async () => {
  server = await startWireServer(handlersOf(exchanges, (exchange, input) => respond(exchange, input)))
})
afterAll(() => server.close())

/** Has the peer make the calls, and gives what arrived by operation. */
async function received<T>(call: () => Promise<T>): Promise<{ inputs: Map<string, unknown>; answers: T }> {
  const inputs = new Map<string, unknown>()
  respond = (exchange, input) => {
    inputs.set(nameOf(exchange), input)
    return exchange.output
  }
  return { answers: await call(), inputs }
}

/** Refuses each operation's calls with its errors, one after the other. */
function refuseInOrder(): void {
  const left = [...errors]
  respond = (exchange) => {
    const next = left.findIndex((one) => nameOf(one) === nameOf(exchange))
    const [refused] = next < 0 ? [] : left.splice(next, 1)
    throw new AwsFault(refused?.error ?? 'asked too often', ERROR_TEXT)
  }
}

const environment = () => ({
  AWS_ENDPOINT_URL: server.endpoint,
  AWS_DEFAULT_REGION: 'eu-west-3',
  AWS_ACCESS_KEY_ID: testKey.accessKeyId,
  AWS_SECRET_ACCESS_KEY: testKey.secretAccessKey,
  AWS_MAX_ATTEMPTS: '1',
})

describe('boto3', () => {
  const script = join(import.meta.dirname, 'boto3_calls.py')
  const callAll = async (calls: readonly Exchange[]): Promise<unknown[]> => {
    const requests = calls.map(({ service, operation, input }) => ({
      ...{ service: clientOf(service), operation },
      input: mapLeaves(input, tagged),
    }))
    return JSON.parse(await runPython(script, requests, environment()), (_, value) => untagged(value))
  }

  test(
    'every operation arrives and is answered whole',
    async () => {
      const { inputs, answers } = await received(() => callAll(exchanges))
      const expected = exchanges.map((one) => [nameOf(one), one.input, { output: one.output }])
      expect(exchanges.map((one, index) => [nameOf(one), inputs.get(nameOf(one)), answers[index]])).toEqual(
        expected,
      )
    },
    MINUTES,
  )

  test(
    'every modelled error has its class, code and message',
    async () => {
      refuseInOrder()
      const answers = await callAll(errors)
      expect(answers).toMatchObject(
        errors.map(({ error, code }) => ({ error, Code: code, Message: ERROR_TEXT })),
      )
    },
    MINUTES,
  )
})

describe('awscli', () => {
  const script = join(import.meta.dirname, 'awscli_calls.py')
  const runAll = async (calls: readonly Exchange[]): Promise<Ran[]> => {
    const commands = calls.map(({ service, operation, input }) => [
      ...[clientOf(service), kebab(operation), '--no-paginate', '--output', 'json'],
      ...['--cli-input-json', JSON.stringify(mapLeaves(input, typed))],
    ])
    return JSON.parse(await runPython(script, commands, { ...environment(), ...plain }))
  }
  // awscli sends a blob's text as bytes, so only such blobs can be typed.
  const typeable = exchanges.map((one) => ({
    ...one,
    input: mapLeaves(one.input, (leaf) =>
      leaf instanceof Uint8Array ? new Uint8Array(Buffer.from('text\r\n&')) : leaf,
    ) as Exchange['input'],
  }))

  test(
    'every operation arrives and is answered whole',
    async () => {
      const { inputs, answers } = await received(() => runAll(typeable))
      const seen = typeable.map((one, index) => [nameOf(one), inputs.get(nameOf(one)), said(answers[index])])
      expect(seen).toEqual(typeable.map((one) => [nameOf(one), one.input, mapLeaves(one.output, printed)]))
    },
    MINUTES,
  )

  test(
    'every modelled error has its code and message',
    async () => {
      refuseInOrder()
      const answers = await runAll(errors)
      const expected = errors.map(
        ({ code, operation }) =>
          `An error occurred (${code}) when calling the ${operation} operation: ${ERROR_TEXT}`,
      )
      // It says so of every error that it would try again after.
      const told = answers.map(({ stderr }) => stderr.trim().replace(' (reached max retries: 0)', ''))
      expect(told).toEqual(expected)
      expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([255]))
    },
    MINUTES,
  )
})

interface Ran {
  code: number
  stdout: string
  stderr: string
}

/** Timestamps in ISO 8601 whatever the service sends, and nothing that looks like a URL or file taken for one. */
const plain = { PLAIN: 'true', AWS_CONFIG_FILE: join(import.meta.dirname, 'awscli.config') }

/** What a command printed: nothing at all where the answer has no members. */
function said(ran: Ran | undefined): unknown {
  if (ran?.code !== 0) return ran
  const parsed: unknown = ran.stdout === '' ? {} : JSON.parse(ran.stdout)
  return mapLeaves(parsed, (leaf) =>
    typeof leaf === 'string' && leaf.startsWith('%7B') ? decodeURIComponent(leaf) : leaf,
  )
}

/** `DescribeVPCs` of an operation is `describe-vpcs` of a command. */
const kebab = (operation: string) =>
  operation.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase()

const typed = (leaf: unknown) => {
  if (leaf instanceof Date) return leaf.toISOString()
  return leaf instanceof Uint8Array ? Buffer.from(leaf).toString() : leaf
}

const printed = (leaf: unknown) => {
  if (leaf instanceof Date) return leaf.toISOString().replace(/\.\d+Z$/, '+00:00')
  return leaf instanceof Uint8Array ? Buffer.from(leaf).toString('base64') : leaf
}

function tagged(leaf: unknown): unknown {
  if (leaf instanceof Date) return { $date: leaf.toISOString() }
  return leaf instanceof Uint8Array ? { $blob: Buffer.from(leaf).toString('base64') } : leaf
}

function untagged(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$date' in value) return new Date(String(value.$date))
  return '$blob' in value ? new Uint8Array(Buffer.from(String(value.$blob), 'base64')) : value
}
