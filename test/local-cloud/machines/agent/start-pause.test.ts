import { expect, test } from '@jest/globals'
import { AgentApiError } from '../../../../src/local-cloud/machines/agent/call-aws.ts'
import { startPause } from '../../../../src/local-cloud/machines/agent/start-pause.ts'

const refused = (operation: string, code: string, status = 400) =>
  new AgentApiError(operation, status, JSON.stringify({ __type: code, message: '' }))
const instance = 'i-0123456789abcdef0'
const hybrid = 'mi-0123456789abcdef0'

test.each([
  [
    'first credentials refused: five minutes',
    refused('UpdateInstanceInformation', 'UnrecognizedClientException'),
    instance,
    300,
    300,
  ],
  [
    'the role token denied: 25 to 30 minutes',
    refused('RequestManagedInstanceRoleToken', 'AccessDeniedException'),
    instance,
    1500,
    1800,
  ],
  [
    'a hybrid node denied: a day',
    refused('RequestManagedInstanceRoleToken', 'AccessDeniedException'),
    hybrid,
    86_400,
    93_600,
  ],
  [
    'another machine behind the fingerprint: a day',
    refused('RequestManagedInstanceRoleToken', 'MachineFingerprintDoesNotMatch'),
    hybrid,
    86_400,
    93_600,
  ],
  [
    'an internal error, first time',
    refused('UpdateInstanceInformation', 'InternalServerError', 500),
    instance,
    1,
    1.2,
  ],
  ['no answer at all, first time', new Error('ECONNREFUSED'), '', 1, 1.2],
])('%s', (_, error, nodeId, least, most) => {
  expect([startPause(error, nodeId, 0, 0), startPause(error, nodeId, 0, 1)]).toEqual([least, most])
})

test('what is no refusal is tried again after 1, 2, 4 … seconds, 64 at most', () => {
  expect([0, 1, 2, 6, 20].map((attempt) => startPause(new Error('x'), '', attempt, 0))).toEqual([
    1, 2, 4, 64, 64,
  ])
})
