import { expect, test } from '@jest/globals'
import { signatureOf } from '../../../src/local-cloud/wire/signature.ts'

// Cases of the Signature Version 4 test suite that AWS published.
const authorization = {
  accessKeyId: 'AKIDEXAMPLE',
  ...{ date: '20150830', time: '20150830T123600Z', region: 'us-east-1', signingName: 'service' },
  ...{ signature: '', sessionToken: undefined, expiresAfter: undefined },
}
const plain = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' }
const form = { 'content-type': 'application/x-www-form-urlencoded', ...plain }

test.each([
  ['GET', '/', plain, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  [
    'GET',
    '/?Param2=value2&Param1=value1',
    plain,
    '',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  ['POST', '/', form, 'Param1=value1', 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a'],
])('%s %s', (method, url, headers, body, expected) => {
  const request = { method, url, headers, body: Buffer.from(body) }
  const signedHeaders = Object.keys(headers)
  const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
  expect(signatureOf(request, { ...authorization, signedHeaders }, secret)).toBe(expected)
})

test.each([
  ['blanks in a header', '/', { ...plain, 'my-header': '  a   b  c ' }, { ...plain, 'my-header': 'a b c' }],
  ['no query and an empty one', '/?', plain, plain],
  ['a parameter encoded twice over', '/?a=%7E%20b', plain, plain],
])('%s: the signature is of the canonical form', (_, url, headers, canonical) => {
  const of = (given: { url: string; headers: Record<string, string> }) =>
    signatureOf(
      { method: 'GET', body: Buffer.alloc(0), ...given },
      { ...authorization, signedHeaders: Object.keys(canonical) },
      'secret',
    )
  expect(of({ url, headers })).toBe(
    of({ url: url.replace(/\?$/, '').replace('%7E%20', '~+'), headers: canonical }),
  )
})
