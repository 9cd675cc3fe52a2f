import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { models } from '../../../src/local-cloud/wire/models.ts'
import operations from '../../../src/local-cloud/wire/operations.json' with { type: 'json' }
import { AwsFault, type Handlers } from '../../../src/local-cloud/wire/service.ts'
import { populator } from './populate.ts'
import { type SdkService, sdkSender } from './sdk-clients.ts'
import { startWireServer, type WireServer } from './wire-server.ts'

const services = Object.keys(operations) as SdkService[]
const text = `<no> "name"\r\n & more`

let thrown: unknown
let server: WireServer

beforeAll(async () => {
  const fail = () => {
    throw thrown
  }
  const failing = (service: SdkService) => Object.fromEntries(operations[service].map((name) => [name, fail]))
  const handlers: Handlers = Object.fromEntries(services.map((service) => [service, failing(service)]))
  server = await startWireServer(handlers)
})

afterAll(() => server.close())

function send(service: SdkService, operation: string) {
  const model = models[service]
  const input = model.operations[operation]?.input
  return sdkSender(service, server.endpoint)(operation, input ? populator(model)(input) : {})
}

/** Every modelled error once, with an operation that can answer it. */
const modelled = services.flatMap((service) => {
  const raisedBy = new Map<string, string>()
  for (const operation of operations[service])
    for (const error of models[service].operations[operation]?.errors ?? []) raisedBy.set(error, operation)
  return [...raisedBy].map(([error, operation]) => ({ service, error, operation }))
})

test.each(modelled)(
  '$service $error arrives with class and message',
  async ({ service, error, operation }) => {
    thrown = new AwsFault(error, text)
    await expect(send(service, operation)).rejects.toMatchObject({ name: error, message: text })
  },
)

const withCodes = modelled.flatMap(({ service, error, operation }) => {
  const shape = models[service].shapes[error]
  const { code, status } = (shape?.type === 'structure' ? shape.error : undefined) ?? {}
  return code ? [code, error].map((given) => ({ given, service, error, operation, code, status })) : []
})

test.each(withCodes)(
  '$service $given is $error with its code and $status',
  async ({ given, service, error, operation, code, status }) => {
    thrown = new AwsFault(given, text)
    await expect(send(service, operation)).rejects.toMatchObject({
      name: error,
      Code: code,
      message: text,
      $metadata: { httpStatusCode: status, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    })
  },
)

test.each([
  ['InvalidInstanceID.NotFound', undefined, 400],
  ['RequestLimitExceeded', 503, 503],
])('EC2 models no errors: %s keeps its code', async (code, status, expected) => {
  thrown = new AwsFault(code, text, status === undefined ? {} : { status })
  await expect(send('ec2', 'DescribeInstances')).rejects.toMatchObject({
    name: code,
    message: text,
    $metadata: { httpStatusCode: expected },
  })
})

test.each([
  ['iam', 'GetRole', 'AccessDenied'],
  ['ssm', 'GetParameter', 'ThrottlingException'],
] as const)(
  '%s %s can answer an error that the model does not list: %s',
  async (service, operation, code) => {
    thrown = new AwsFault(code, text)
    await expect(send(service, operation)).rejects.toMatchObject({ name: code, message: text })
  },
)

test("a detail that the error's shape does not have is a handler's mistake", async () => {
  thrown = new AwsFault('ParameterNotFound', text, { details: { Nonsense: 1 } })
  await expect(send('ssm', 'GetParameter')).rejects.toMatchObject({
    name: 'InternalServerError',
    message: 'the local cloud failed: an answer has no member Nonsense',
  })
})

test.each([
  ['ec2', 'DescribeVpcs', 'InternalError'],
  ['iam', 'GetRole', 'InternalFailure'],
  ['ssm', 'GetParameter', 'InternalServerError'],
] as const)('%s: a mistake in a handler is a failure of the service', async (service, operation, name) => {
  thrown = new TypeError('undefined is no function')
  await expect(send(service, operation)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 500 } })
})
