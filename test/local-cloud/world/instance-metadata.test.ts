import { expect, test } from '@jest/globals'
import { type Instance, reasonOf } from '../../../src/local-cloud/world/instance.ts'
import { newCredentials } from '../../../src/local-cloud/world/instance-credentials.ts'
import { instanceMetadata } from '../../../src/local-cloud/world/instance-metadata.ts'
import { newVpc } from '../../../src/local-cloud/world/network.ts'

const instance: Instance = {
  id: 'i-0123456789abcdef0',
  reservationId: 'r-1',
  launchIndex: 0,
  imageId: 'ami-1',
  type: 't3.large',
  architecture: 'x86_64',
  spotRequestId: undefined,
  zone: 'eu-west-1a',
  subnetId: 'subnet-1',
  privateIp: '172.31.0.11',
  publicIp: undefined,
  interfaceId: 'eni-1',
  rootDevice: '/dev/sda1',
  userData: Buffer.from('#!/bin/sh\n').toString('base64'),
  profileName: 'node',
  clientToken: undefined,
  state: 'running',
  reason: reasonOf('stop', 0),
  launchedAt: 0,
  shutdownBehavior: 'terminate',
  terminationProtected: false,
  sourceDestCheck: true,
  httpTokens: 'required',
  hopLimit: 1,
  metadataTags: true,
  impaired: false,
  registersAfter: 0,
}
const profile = {
  arn: 'arn:aws:iam::1:instance-profile/node',
  id: 'AIPA1',
  name: 'node',
  path: '/',
  roleName: 'role',
  createdAt: 0,
  visibleAt: 0,
}
const source = {
  instance,
  profile,
  networkInterface: {
    id: 'eni-1',
    subnetId: 'subnet-1',
    zone: 'eu-west-1a',
    privateIp: '172.31.0.11',
    mac: '02:00:ac:1f:00:0b',
    description: '',
    groupIds: ['sg-1'],
    instanceId: instance.id,
    balancerArn: undefined,
  },
  subnet: {
    ...{ id: 'subnet-1', vpcId: 'vpc-1', zone: 'eu-west-1a', zoneId: 'euw1-az1', cidr: '172.31.0.0/20' },
    isDefault: true,
    publicAddresses: true,
  },
  vpc: newVpc('vpc-1', '172.31.0.0/16', 'sg-1'),
  account: '1',
  region: 'eu-west-1',
  groupNames: ['nodes'],
  tags: { 'rke2-action:role': 'server' },
  credentials: newCredentials(0, 6 * 3600_000),
  identityCredentials: newCredentials(0, 6 * 3600_000),
}

test('a machine finds out who and where it is', () => {
  const tree = instanceMetadata(source)
  expect(tree).toMatchObject({
    'meta-data/instance-id': instance.id,
    'meta-data/local-ipv4': '172.31.0.11',
    'meta-data/local-hostname': 'ip-172-31-0-11.eu-west-1.compute.internal',
    'meta-data/placement/region': 'eu-west-1',
    'meta-data/tags/instance/rke2-action:role': 'server',
    'user-data': '#!/bin/sh\n',
  })
  expect(JSON.parse(String(tree['dynamic/instance-identity/document']))).toMatchObject({
    instanceId: instance.id,
  })
  expect(JSON.parse(String(tree['meta-data/iam/security-credentials/role']))).toMatchObject({
    Code: 'Success',
    Expiration: '1970-01-01T06:00:00Z',
  })
  const identity = tree['identity-credentials/ec2/security-credentials/ec2-instance']
  expect(JSON.parse(String(identity))).toMatchObject({ Code: 'Success', Type: 'AWS-HMAC' })
})

test.each([
  ['a profile', { profile: undefined, credentials: undefined }],
  ['a role in its profile', { profile: { ...profile, roleName: undefined }, credentials: undefined }],
])('without %s there are no credentials', (_, less) => {
  const paths = Object.keys(instanceMetadata({ ...source, ...less }))
  expect(paths.filter((path) => path.includes('/iam/'))).toEqual([])
})

test('tags are shown only where the launch asked for it', () => {
  const tree = instanceMetadata({ ...source, instance: { ...instance, metadataTags: false } })
  expect(Object.keys(tree).filter((path) => path.includes('/tags/'))).toEqual([])
})
