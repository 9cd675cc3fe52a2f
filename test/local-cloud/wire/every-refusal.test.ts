import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { models } from '../../../src/local-cloud/wire/models.ts'
import operations from '../../../src/local-cloud/wire/operations.json' with { type: 'json' }
import { SIGNING_NAMES } from '../../../src/local-cloud/wire/router.ts'
import type { Handlers } from '../../../src/local-cloud/wire/service.ts'
import { structureOf } from '../../../src/local-cloud/wire/shapes.ts'
import { breachesOf } from './breaches.ts'
import { populator } from './populate.ts'
import { post } from './post.ts'
import { type SdkService, sdkSender } from './sdk-clients.ts'
import { startWireServer, type WireServer } from './wire-server.ts'

const services = Object.keys(operations) as SdkService[]
const handled: string[] = []
let server: WireServer

beforeAll(async () => {
  const handle = (_: unknown, call: { operation: string }) => {
    handled.push(call.operation)
  }
  const handlers: Handlers = Object.fromEntries(
    services.map((service) => [
      service,
      Object.fromEntries(operations[service].map((name) => [name, handle])),
    ]),
  )
  server = await startWireServer(handlers)
})
afterAll(() => server.close())

/** What a service says of an input that breaks a rule: for EC2 it depends on the rule. */
function codeOf(service: SdkService, rule: string): string {
  if (models[service].protocol === 'json') return 'ValidationException'
  if (service !== 'ec2') return 'ValidationError'
  return rule === 'required' ? 'MissingParameter' : 'InvalidParameterValue'
}

describe.each(services)('%s', (service) => {
  const model = models[service]
  test.each(operations[service])('%s refuses whatever breaks a rule of its input', async (operation) => {
    const name = model.operations[operation]?.input
    const sound = name === undefined ? {} : populator(model)(name)
    const breaches = breachesOf(model, structureOf(model, name), sound)
    const send = sdkSender(service, server.endpoint)
    const refusals = await Promise.all(
      breaches.map(({ input }) =>
        send(operation, input).then(
          () => 'none: it was served',
          (e) => e.Code ?? e.name,
        ),
      ),
    )
    const said = breaches.map(({ rule, place }, index) => `${rule} ${place}: ${refusals[index]}`)
    expect(said).toEqual(breaches.map(({ rule, place }) => `${rule} ${place}: ${codeOf(service, rule)}`))
  })

  test.each(operations[service])('%s refuses a parameter that it has not', async (operation) => {
    const { protocol, version, targetPrefix } = model
    const asked =
      protocol === 'json'
        ? { target: `${targetPrefix}.${operation}`, body: '{"Nonsense":1}' }
        : { body: { Action: operation, Version: version, Nonsense: '1' } }
    const { status, text } = await post(server.endpoint, { scope: SIGNING_NAMES[service], ...asked })
    expect(status).toBe(400)
    expect(text).toMatch(/UnknownParameter|Unknown parameter/)
    expect(text).toMatch(/nonsense/i)
  })
})

test('nothing refused has reached a handler', () => expect(handled).toEqual([]))
