import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Outcome } from '../../../src/local-cloud/wire/create-wire.ts'
import type { Call } from '../../../src/local-cloud/wire/service.ts'
import { post } from './post.ts'
import { presignedUrl } from './sign.ts'
import { startWireServer, testKey, type WireServer } from './wire-server.ts'

let server: WireServer
let calls: [Call, Outcome][] = []

beforeAll(async () => {
  const empty = () => ({})
  server = await startWireServer(
    {
      ec2: {
        DescribeVpcs: (input) => ({ Vpcs: (input.VpcIds ?? []).map((id: string) => ({ VpcId: id })) }),
        RebootInstances: empty,
      },
      elb: { DescribeLoadBalancers: empty },
      elbv2: { DescribeLoadBalancers: empty, AddTags: (input) => expect(input.Tags).toEqual([]) },
      sts: { AssumeRoleWithWebIdentity: empty },
      iam: { DeleteRole: empty },
      ssm: { UpdateInstanceInformation: empty, GetParameter: () => ({ Parameter: { Vaule: 'typo' } }) },
      ec2messages: { GetMessages: (input) => ({ Destination: input.Destination, Messages: [] }) },
    },
    { region: 'eu-north-1', observe: (call, outcome) => calls.push([call, outcome]) },
  )
})

afterAll(() => server.close())
beforeEach(() => {
  calls = []
})

const elbv2 = { Action: 'DescribeLoadBalancers', Version: '2015-12-01' }
const ec2 = { Action: 'DescribeVpcs', Version: '2016-11-15' }
const assume = {
  Action: 'AssumeRoleWithWebIdentity',
  Version: '2011-06-15',
  RoleArn: 'arn:aws:iam::1:role/some',
  RoleSessionName: 'ci',
  WebIdentityToken: 'abcd',
}
const destination = JSON.stringify({
  Destination: 'i-0123456789abcdef0',
  MessagesRequestId: '0123456789abcdef',
})

test.each([
  [
    'scope and version',
    { scope: 'elasticloadbalancing', body: elbv2 },
    'elbv2',
    'DescribeLoadBalancers',
    'eu-west-3',
  ],
  [
    'an earlier version',
    { scope: 'elasticloadbalancing', body: { ...elbv2, Version: '2012-06-01' } },
    'elb',
    'DescribeLoadBalancers',
    'eu-west-3',
  ],
  ['an unsigned STS call', { body: assume }, 'sts', 'AssumeRoleWithWebIdentity', 'eu-north-1'],
  [
    'a target',
    { scope: 'ssm', target: 'AmazonSSM.UpdateInstanceInformation', body: '{"InstanceId":"i-1"}' },
    'ssm',
    'UpdateInstanceInformation',
    'eu-west-3',
  ],
  [
    'the agents’ target',
    { scope: 'ec2messages', target: 'EC2WindowsMessageDeliveryService.GetMessages', body: destination },
    'ec2messages',
    'GetMessages',
    'eu-west-3',
  ],
])('a request is routed by %s', async (_, request, service, operation, region) => {
  const { status, requestId } = await post(server.endpoint, request)
  expect(status).toBe(200)
  expect(calls).toEqual([
    [
      expect.objectContaining({ service, operation, region, requestId, sourceAddress: '127.0.0.1' }),
      { status: 200, code: undefined, error: undefined },
    ],
  ])
})

test('a GET carries its parameters in the query string, signature included', async () => {
  const parameters = new URLSearchParams({
    ...ec2,
    'VpcId.10': 'vpc-c',
    'VpcId.2': 'vpc-b',
    'VpcId.1': 'vpc-a',
  })
  const url = new URL(`/?${parameters}`, server.endpoint)
  const signing = { ...testKey, region: 'us-east-1', scope: 'ec2', at: new Date(), method: 'GET', body: '' }
  const answer = await fetch(presignedUrl({ ...signing, url, headers: {} }, 60))
  const text = await answer.text()
  expect(text.match(/vpc-./g)).toEqual(['vpc-a', 'vpc-b', 'vpc-c'])
  expect(calls[0]?.[0]).toMatchObject({ accessKeyId: testKey.accessKeyId, region: 'us-east-1' })
})

test.each([
  [
    { scope: 'ec2', body: { ...ec2, Action: 'CreateFleet' } },
    'InvalidAction',
    'the local cloud does not know ec2:CreateFleet',
  ],
  [
    { scope: 'ec2', body: { ...ec2, Action: 'RunInstances' } },
    'InvalidAction',
    'the local cloud does not know ec2:RunInstances',
  ],
  [
    { scope: 'ec2', body: { ...ec2, Action: 'constructor' } },
    'InvalidAction',
    'the local cloud does not know ec2:constructor',
  ],
  [
    { scope: 'iam', body: { Action: 'CreateUser', Version: '2010-05-08' } },
    'InvalidAction',
    'the local cloud does not know iam:CreateUser',
  ],
  [
    { scope: 'ssm', target: 'AmazonSSM.StartSession', body: '{}' },
    'UnknownOperationException',
    'the local cloud does not know ssm:StartSession',
  ],
  [
    { scope: 'dynamodb', target: 'DynamoDB_20120810.GetItem', body: '{}' },
    'UnknownOperationException',
    'the local cloud does not know DynamoDB_20120810.GetItem',
  ],
  [
    { scope: 'elasticloadbalancing', body: { ...elbv2, Version: '2011-11-15' } },
    'NoSuchVersion',
    'the local cloud does not know elasticloadbalancing version 2011-11-15',
  ],
  [{ scope: 'iam', body: ec2 }, 'NoSuchVersion', 'the local cloud does not know iam version 2016-11-15'],
  [{ body: {} }, 'MissingAction', 'The request must contain the parameter Action'],
])('%j is refused by name', async (request, code, message) => {
  const { status, text } = await post(server.endpoint, request)
  expect(status).toBe(400)
  expect(text).toContain(code)
  expect(text).toContain(message)
})

test.each([
  [
    'EC2 says true',
    { scope: 'ec2', body: { Action: 'RebootInstances', Version: '2016-11-15', 'InstanceId.1': 'i-1' } },
    '<return>true</return>',
  ],
  [
    'a query service has no result',
    { scope: 'iam', body: { Action: 'DeleteRole', Version: '2010-05-08', RoleName: 'r' } },
    '<DeleteRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata>',
  ],
  [
    'JSON is an empty object',
    { scope: 'ssm', target: 'AmazonSSM.UpdateInstanceInformation', body: '{"InstanceId":"i-1"}' },
    '{}',
  ],
  ['an empty list is written', { scope: 'ec2', body: ec2 }, '<vpcSet></vpcSet>'],
  [
    'and in JSON',
    { scope: 'ec2messages', target: 'EC2WindowsMessageDeliveryService.GetMessages', body: destination },
    '{"Destination":"i-0123456789abcdef0","Messages":[]}',
  ],
])('without output: %s', async (_, request, expected) => {
  expect((await post(server.endpoint, request)).text).toContain(expected)
})

test('a bare key is an empty list', async () => {
  const body = { Action: 'AddTags', Version: '2015-12-01', 'ResourceArns.member.1': 'arn', Tags: '' }
  const { text } = await post(server.endpoint, { scope: 'elasticloadbalancing', body })
  expect(text).toContain('ValidationError')
  expect(text).toContain(
    'Value &apos;[]&apos; at &apos;tags&apos; failed to satisfy constraint: Member must have length greater than or equal to 1',
  )
})

test('an answer that AWS could not send is a failure, and the observer gets its cause', async () => {
  const body = '{"Name":"/a"}'
  const { status } = await post(server.endpoint, { scope: 'ssm', target: 'AmazonSSM.GetParameter', body })
  expect(status).toBe(500)
  expect(calls[0]?.[1]).toMatchObject({
    code: 'InternalServerError',
    error: new Error('an answer has no member Vaule'),
  })
})
