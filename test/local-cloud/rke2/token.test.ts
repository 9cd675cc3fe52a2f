import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { checkCaHash, fullToken, hashOfCa, parseToken } from '../../../src/local-cloud/rke2/token.ts'

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
const HASH = createHash('sha256').update(PEM).digest('hex')

test.each([
  ['secret', { user: 'node', password: 'secret' }],
  [`K10${HASH}::server:secret`, { caHash: HASH, user: 'server', password: 'secret' }],
  [`K10${HASH}::secret`, { caHash: HASH, user: 'node', password: 'secret' }],
  [`K10${HASH}::server:with:colon`, { caHash: HASH, user: 'server', password: 'with:colon' }],
])('%s', (text, token) => {
  expect(parseToken(text, 'node')).toEqual(token)
})

test('a hash of the wrong length is refused', () => {
  expect(() => parseToken('K10abc::server:secret', 'server')).toThrow('invalid token CA hash length')
})

test('the full token fits its own CA and no other', () => {
  const token = parseToken(fullToken(PEM, 'secret'), 'server')
  expect(() => checkCaHash(token, PEM)).not.toThrow()
  expect(() => checkCaHash(token, `${PEM}\n`)).toThrow(
    `token CA hash does not match the Cluster CA certificate hash: ${HASH} != ${hashOfCa(`${PEM}\n`)}`,
  )
})
