import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { AccessKey } from '../../../src/local-cloud/wire/fault-of-caller.ts'
import { presignedUrl, signedHeaders } from './sign.ts'
import { startWireServer, type WireServer } from './wire-server.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const minutes = (count: number) => new Date(NOW + count * 60_000)
const user = { accessKeyId: 'AKIAUSER', secretAccessKey: 'a/secret+key' }
const session = { accessKeyId: 'ASIAMACHINE', secretAccessKey: 'another', sessionToken: 'to/ken==' }
const keys: Record<string, AccessKey> = {
  AKIAUSER: user,
  ASIAMACHINE: { ...session, expiresAt: NOW + 3600_000 },
  ASIAOVER: { ...session, expiresAt: NOW },
}

let server: WireServer
const served: string[] = []

beforeAll(async () => {
  const serve = (_: unknown, call: { service: string; accessKeyId: string | undefined }) => {
    served.push(`${call.service} ${call.accessKeyId}`)
  }
  server = await startWireServer(
    {
      ec2: { DescribeVpcs: serve },
      elbv2: { DescribeLoadBalancers: serve },
      iam: { ListRoles: serve },
      sts: { GetCallerIdentity: serve, AssumeRoleWithWebIdentity: serve },
      ssm: { DescribeParameters: serve, RegisterManagedInstance: serve },
      ec2messages: { AcknowledgeMessage: serve },
    },
    { authority: { keyOf: (id) => keys[id], now: () => NOW } },
  )
})
afterAll(() => server.close())

type Ask = { scope: string; target?: string; body: string }
const query = (scope: string, action: string, version: string): Ask => ({
  scope,
  body: `Action=${action}&Version=${version}`,
})
const ec2 = query('ec2', 'DescribeVpcs', '2016-11-15')
const iam = query('iam', 'ListRoles', '2010-05-08')
const ssm: Ask = { scope: 'ssm', target: 'AmazonSSM.DescribeParameters', body: '{}' }
const asks = {
  ec2,
  iam,
  ssm,
  elbv2: query('elasticloadbalancing', 'DescribeLoadBalancers', '2015-12-01'),
  sts: query('sts', 'GetCallerIdentity', '2011-06-15'),
  ec2messages: {
    scope: 'ec2messages',
    target: 'EC2WindowsMessageDeliveryService.AcknowledgeMessage',
    body: '{"MessageId":"aws.ssm.0123456789"}',
  },
}

interface Caller {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  at?: Date
}

function signing(ask: Ask, caller: Caller) {
  const url = new URL('/', server.endpoint)
  const headers = { ...(ask.target && { 'x-amz-target': ask.target }) }
  return { at: new Date(NOW), ...caller, region: 'eu-west-1', method: 'POST', url, ...ask, headers }
}

async function send(ask: Ask, headers: Record<string, string>, path = '/') {
  const answer = await fetch(new URL(path, server.endpoint), { method: 'POST', headers, body: ask.body })
  const text = await answer.text()
  const code = /<Code>(.*)<\/Code>/.exec(text)?.[1] ?? JSON.parse(text.startsWith('{') ? text : '{}').__type
  return { status: answer.status, code, text }
}

const ask = (of: Ask, caller: Caller) => send(of, signedHeaders(signing(of, caller)))

test.each(Object.entries(asks))('%s believes who signs well, for long or for a while', async (name, of) => {
  served.length = 0
  for (const caller of [user, session]) expect((await ask(of, caller)).status).toBe(200)
  expect(served).toEqual([`${name} AKIAUSER`, `${name} ASIAMACHINE`])
})

const wrong = { ...user, secretAccessKey: 'wrong' }
const unknown = { ...user, accessKeyId: 'AKIANOBODY' }
const over = { ...session, accessKeyId: 'ASIAOVER' }

describe.each([
  ['ec2', wrong, 403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match'],
  ['ec2', unknown, 401, 'AuthFailure', 'not able to validate the provided access credentials'],
  ['ec2', over, 400, 'RequestExpired', 'Request has expired.'],
  ['ec2', { ...user, at: minutes(-16) }, 400, 'RequestExpired', 'Request has expired.'],
  ['iam', wrong, 403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match'],
  ['iam', unknown, 403, 'InvalidClientTokenId', 'The security token included in the request is invalid'],
  ['iam', over, 403, 'ExpiredToken', 'The security token included in the request is expired'],
  [
    'iam',
    { ...user, at: minutes(-16) },
    403,
    'SignatureDoesNotMatch',
    'Signature expired: 20260131T114400Z is now earlier than 20260131T114500Z (20260131T120000Z - 15 min.)',
  ],
  [
    'sts',
    { ...user, at: minutes(16) },
    403,
    'SignatureDoesNotMatch',
    'Signature not yet current: 20260131T121600Z is still later than 20260131T121500Z (20260131T120000Z + 15 min.)',
  ],
  ['ssm', wrong, 400, 'InvalidSignatureException', 'The request signature we calculated does not match'],
  ['ssm', unknown, 400, 'UnrecognizedClientException', 'The security token included in the request is inva'],
  ['ssm', over, 400, 'ExpiredTokenException', 'The security token included in the request is expired'],
  [
    'ssm',
    { ...user, at: minutes(-6) },
    400,
    'InvalidSignatureException',
    'Signature expired: 20260131T115400Z is now earlier than 20260131T115500Z (20260131T120000Z - 5 min.)',
  ],
  [
    'a role without its token',
    { accessKeyId: 'ASIAMACHINE', secretAccessKey: 'another' },
    400,
    'UnrecognizedClientException',
    'invalid',
  ],
  [
    'a role with another token',
    { ...session, sessionToken: 'other' },
    400,
    'UnrecognizedClientException',
    'invalid',
  ],
  ['a user with a token', { ...user, sessionToken: 'token' }, 400, 'UnrecognizedClientException', 'invalid'],
] as const)('%s of %j', (service, caller, status, code, message) => {
  const of = asks[service as keyof typeof asks] ?? ssm
  test(`is refused with ${code}`, async () => {
    served.length = 0
    const answer = await ask(of, caller)
    expect([answer.status, answer.code]).toEqual([status, code])
    expect(answer.text).toContain(message)
    expect(served).toEqual([])
  })
})

describe('what a signature covers', () => {
  const headers = () => signedHeaders(signing(ssm, user))
  test.each([
    ['body', () => send({ ...ssm, body: '{"MaxResults":1}' }, headers())],
    ['path', () => send(ssm, headers(), '/other')],
    ['target', () => send(ssm, { ...headers(), 'x-amz-target': 'AmazonSSM.GetParameter' })],
    ['query', () => send(ssm, headers(), '/?x=1')],
    ['service', () => ask({ ...ssm, scope: 'ec2' }, user)],
    ['an added x-amz header', () => send(ssm, { ...headers(), 'x-amz-security-token': 'x' })],
    ['an unsigned x-amz header', () => send(ssm, { ...headers(), 'x-amz-meta': 'x' })],
  ])('another %s is another signature', async (_, sent) => {
    served.length = 0
    expect((await sent()).code).toMatch(/InvalidSignatureException|UnrecognizedClientException/)
    expect(served).toEqual([])
  })
})

describe('no signature', () => {
  test.each([
    ['ec2', ec2, 403, 'MissingAuthenticationToken'],
    ['sts', asks.sts, 403, 'MissingAuthenticationToken'],
    ['ssm', ssm, 400, 'MissingAuthenticationTokenException'],
  ])('%s refuses', async (_, of, status, code) => {
    const headers: Record<string, string> = of.target ? { 'x-amz-target': of.target } : {}
    const answer = await send(of, headers)
    expect([answer.status, answer.code]).toEqual([status, code])
  })

  test.each([
    'Bearer token',
    'AWS AKIAUSER:signature',
    'AWS4-HMAC-SHA256 Credential=AKIAUSER/20260131/eu-west-1/iam/aws4_request',
    'AWS4-HMAC-SHA256 Credential=AKIAUSER/iam, SignedHeaders=host, Signature=0',
  ])('%s is incomplete', async (authorization) => {
    const answer = await send(iam, { authorization, 'x-amz-date': '20260131T120000Z' })
    expect([answer.status, answer.code]).toEqual([400, 'IncompleteSignature'])
  })

  const assume = 'RoleArn=arn:aws:iam::1:role/some&RoleSessionName=ci&WebIdentityToken=abcd'
  const register = { Fingerprint: 'f', PublicKey: 'k', ActivationCode: 'c'.repeat(20), ActivationId: 'a' }
  test.each([
    ['sts', { ...query('sts', 'AssumeRoleWithWebIdentity', `2011-06-15&${assume}`) }],
    ['ssm', { scope: 'ssm', target: 'AmazonSSM.RegisterManagedInstance', body: JSON.stringify(register) }],
  ])('%s takes who has none by its own means', async (service, of) => {
    served.length = 0
    const headers: Record<string, string> = 'target' in of ? { 'x-amz-target': String(of.target) } : {}
    expect((await send(of, headers)).status).toBe(200)
    expect(served).toEqual([`${service} undefined`])
    expect((await ask(of, wrong)).status).toBeGreaterThanOrEqual(400)
  })
})

describe('presigned', () => {
  const url = (seconds: number, caller: Caller) => {
    const of = signing({ scope: 'sts', body: '' }, caller)
    const named = new URL('/?Action=GetCallerIdentity&Version=2011-06-15', server.endpoint)
    return presignedUrl({ ...of, method: 'GET', url: named, headers: {} }, seconds)
  }
  test.each([
    ['in time', 60, { ...user, at: minutes(-0.5) }, 200],
    ['with a token', 60, session, 200],
    ['late', 60, { ...user, at: minutes(-2) }, 403],
    ['for a week and more', 700_000, { ...user, at: minutes(-60 * 24 * 7 - 1) }, 403],
    ['by another secret', 60, wrong, 403],
  ])('%s', async (_, seconds, caller, status) => {
    expect((await fetch(url(seconds, caller))).status).toBe(status)
  })
})
