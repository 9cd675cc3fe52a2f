import { expect, test } from '@jest/globals'
import { trustPolicy } from '../../src/cluster/trust-policy.ts'
import { decide, policySchema } from '../../src/local-cloud/world/policy.ts'

const policy = trustPolicy({
  ...{ account: '123456789012', owner: 'acme', ownerId: '42', repository: 'shop', repositoryId: '4711' },
  environment: 'clusters',
})
// A trust policy has no resource: it speaks of its own role.
const document = policySchema.parse(
  JSON.stringify({ Statement: policy.Statement.map((one) => ({ ...one, Resource: '*' })) }),
)

test.each([
  ['repo:acme/shop:environment:clusters', 'sts.amazonaws.com', 'allowed'],
  ['repo:acme@42/shop@4711:environment:clusters', 'sts.amazonaws.com', 'allowed'],
  ['repo:acme@43/shop@4711:environment:clusters', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme@42/shop@4712:environment:clusters', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme/shop:pull_request', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme/shop:environment:other', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme/shop-fork:environment:clusters', 'sts.amazonaws.com', 'not allowed'],
  ['repo:acme/shop:environment:clusters', 'https://github.com/acme', 'not allowed'],
])('%s for %s: %s', (sub, aud, answer) => {
  const keys = {
    'token.actions.githubusercontent.com:sub': [sub],
    'token.actions.githubusercontent.com:aud': [aud],
  }
  const question = { action: 'sts:AssumeRoleWithWebIdentity', resource: 'role', keys }
  expect(decide([document], question)).toBe(answer)
})
