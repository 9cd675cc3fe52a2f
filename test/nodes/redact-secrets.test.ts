import { expect, test } from '@jest/globals'
import { redactSecrets } from '../../src/nodes/redact-secrets.ts'

const FULL_TOKEN = `K10${'0a'.repeat(32)}::server:5f1c9a7e`

test.each([
  ['the full token', `joining with ${FULL_TOKEN} now`, 'joining with *** now'],
  ['the token of a config file', 'token: 5f1c9a7e0b', 'token: ***'],
  ['a token as an argument', 'rke2 server --token=5f1c9a7e0b --debug', 'rke2 server --token=*** --debug'],
  ['a token as the next argument', 'rke2 agent --token 5f1c9a7e0b --debug', 'rke2 agent --token *** --debug'],
  ['a kubeconfig', 'client-key-data: LS0tLS1CRUdJTg==', 'client-key-data: ***'],
  ['JSON', '{"password":"hunter2","user":"x"}', '{"password":"***","user":"x"}'],
  ['a bearer token', 'Authorization: Bearer abc.def', 'Authorization: ***'],
  ['AWS keys', 'AWS_SECRET_ACCESS_KEY=abc/def ASIAABCDEFGHIJKLMNOP', 'AWS_SECRET_ACCESS_KEY=*** ***'],
  ['a service account token', 'got eyJhbGciOi.eyJpc3Mi.c2ln from it', 'got *** from it'],
  [
    'a private key',
    'a\n-----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n-----END EC PRIVATE KEY-----\nb',
    'a\n***\nb',
  ],
  ['a private key that was cut', 'a\n-----BEGIN PRIVATE KEY-----\nMHcCAQ', 'a\n***'],
])('%s is not shown', (_, text, shown) => {
  expect(redactSecrets(text)).toBe(shown)
})

test.each([
  'token CA hash does not match',
  'failed to get CA certs: Unauthorized',
  'failed to validate token: failed to get CA certs: Unauthorized',
  'failed to validate token: token CA hash does not match',
  'password rejected, duplicate hostname',
])('what explains a failure stays: %s', (text) => {
  expect(redactSecrets(text)).toBe(text)
})
