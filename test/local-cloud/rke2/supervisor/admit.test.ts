import { expect, test } from '@jest/globals'
import { type Phase, refusal, statusBody } from '../../../../src/local-cloud/rke2/supervisor/admit.ts'
import { identify } from '../../../../src/local-cloud/rke2/supervisor/identify.ts'

const secrets = { server: 'abc', agent: 'xyz' }
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`

test.each([
  [undefined, undefined, 'anonymous'],
  [undefined, 'system:nodes', 'kubelet'],
  [undefined, 'system:masters', 'administrator'],
  [basic('server:abc'), undefined, 'server'],
  [basic('node:abc'), undefined, 'agent'],
  [basic('node:xyz'), undefined, 'agent'],
  [basic('server:xyz'), undefined, 'invalid'],
  [basic('node:K10aa::server:abc'), undefined, 'invalid'],
  [basic('somebody:abc'), undefined, 'invalid'],
  ['Bearer abc', undefined, 'invalid'],
])('%s with certificate of %s is %s', (authorization, organization, identity) => {
  expect(identify(authorization, organization, secrets)).toBe(identity)
})

// As a genuine RKE2 answers on 9345; undefined: the request goes on.
test.each([
  ['/ping', 'anonymous', 'starting', 503],
  ['/ping', 'invalid', 'ready', undefined],
  ['/cacerts', 'anonymous', 'ready', undefined],
  ['/v1-rke2/readyz', 'anonymous', 'ready', 403],
  ['/v1-rke2/readyz', 'agent', 'core-not-ready', 503],
  ['/v1-rke2/readyz', 'agent', 'ready', undefined],
  ['/v1-rke2/readyz', 'kubelet', 'ready', undefined],
  ['/v1-rke2/readyz', 'server', 'ready', 403],
  ['/v1-rke2/readyz', 'administrator', 'ready', 403],
  ['/v1-rke2/readyz', 'invalid', 'ready', 401],
  ['/v1-rke2/config', 'agent', 'api-not-ready', undefined],
  ['/v1-rke2/apiservers', 'server', 'ready', 403],
  ['/v1-rke2/server-bootstrap', 'agent', 'ready', 403],
  ['/v1-rke2/server-bootstrap', 'server', 'api-not-ready', undefined],
  ['/v1-rke2/server-bootstrap', 'invalid', 'ready', 401],
] as const)('%s as %s while %s: %s', (path, identity, phase: Phase, status) => {
  expect(refusal(path, identity, phase)?.status).toBe(status)
})

test('a refusal looks as on the wire', () => {
  expect(statusBody({ status: 503, message: 'starting' })).toBe(
    '{"kind":"Status","metadata":{},"status":"Failure","message":"starting","reason":"ServiceUnavailable","code":503}\n',
  )
})
