import { constants, createHash, createPublicKey, verify } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { newKeyPair } from '../../../../src/local-cloud/machines/agent/registration-store.ts'
import {
  unsigned,
  withNodeKey,
  withSecret,
  withSecretAndNodeKey,
} from '../../../../src/local-cloud/machines/agent/sign.ts'
import { isSignedByNode } from '../../../../src/local-cloud/wire/agent/node-signature.ts'

const request = {
  service: 'ssm',
  region: 'eu-west-1',
  host: '169.254.169.251',
  target: 'AmazonSSM.X',
  body: '{}',
  now: new Date('2026-01-31T12:00:00.123Z'),
}
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' }
const keys = newKeyPair(2048)
const nodeId = 'mi-0123456789abcdef0'
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** By the genuine agent's rule, written anew: RSA-PSS, SHA-256, a salt of 32 bytes. */
const isSigned = (text: string, signature: string) =>
  verify(
    'sha256',
    Buffer.from(text),
    {
      key: createPublicKey({ key: Buffer.from(keys.publicKey, 'base64'), format: 'der', type: 'spki' }),
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    },
    Buffer.from(signature, 'base64'),
  )

test("a role's keys sign with Signature Version 4", () => {
  // Worked out by Python's hmac and hashlib from AWS's description.
  expect(withSecret(credentials)(request)['authorization']).toBe(
    'AWS4-HMAC-SHA256 Credential=AKID/20260131/eu-west-1/ssm/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=6896345ab82c82b4fa11ce1337fd9173c41e963d6e242eba666fae6dfec57770',
  )
})

test('a hybrid node signs the same text with its own key, under its own name', () => {
  const headers = withNodeKey(nodeId, keys)(request)
  const canonical = [
    'POST\n/\n',
    'content-type:application/x-amz-json-1.1\nhost:169.254.169.251\nx-amz-date:20260131T120000Z\nx-amz-target:AmazonSSM.X\n',
    'content-type;host;x-amz-date;x-amz-target',
    sha256('{}'),
  ].join('\n')
  const text = `AWS4-HMAC-SHA256\n20260131T120000Z\n20260131/eu-west-1/ssm/aws4_request\n${sha256(canonical)}`
  const [, scope, signature = ''] =
    /Credential=(\S+), SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=(\S+)$/.exec(
      headers['authorization'] ?? '',
    ) ?? []
  expect(scope).toBe(`${nodeId}/20260131/eu-west-1/ssm/aws4_request`)
  expect(isSigned(text, signature)).toBe(true)
})

test('the service knows a node by its key, and takes no other and nothing that was changed on the way', () => {
  const headers = withNodeKey(nodeId, keys)(request)
  const received = { method: 'POST', url: '/', headers, body: '{}' }
  expect(isSignedByNode(received, keys.publicKey)).toBe(true)
  expect(isSignedByNode({ ...received, body: '{ }' }, keys.publicKey)).toBe(false)
  expect(isSignedByNode({ ...received, headers: { ...headers, host: 'other' } }, keys.publicKey)).toBe(false)
  expect(isSignedByNode(received, newKeyPair(1024).publicKey)).toBe(false)
  expect(isSignedByNode(received, 'no key')).toBe(false)
  const secret = withSecret(credentials)(request)
  expect(isSignedByNode({ ...received, headers: secret }, keys.publicKey)).toBe(false)
})

test("an instance that asks for a role's keys signs twice: as the instance, and that header with its own key", () => {
  const headers = withSecretAndNodeKey(credentials, keys)(request)
  const signature = headers['SSM-AsymmetricKeyAuthorization']?.replace('Signature=', '') ?? ''
  expect(isSigned(headers['authorization'] ?? '', signature)).toBe(true)
})

test('a registration with a code is signed by nobody', () => {
  expect(Object.keys(unsigned(request))).toEqual(['content-type', 'host', 'x-amz-target'])
})
