import { expect, test } from '@jest/globals'
import { permits, policySchema } from '../../../src/local-cloud/world/policy.ts'

const token = 'arn:aws:ssm:eu-west-1:1:parameter/rke2-action/pr-42/token'
const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource })

test.each([
  ['the very thing', [allow('ssm:GetParameter', token)], true],
  ['a wildcard, in any case', [allow('SSM:get*', 'arn:aws:ssm:*:1:parameter/rke2-action/pr-42/*')], true],
  ['one of a list', [allow(['ec2:*', 'ssm:GetParameter'], '*')], true],
  ['nothing', [], false],
  ['another action', [allow('ssm:PutParameter', '*')], false],
  ['another cluster', [allow('ssm:*', 'arn:aws:ssm:*:1:parameter/rke2-action/pr-4/*')], false],
  [
    'a denial besides',
    [allow('*', '*'), { Effect: 'Deny', Action: 'ssm:GetParameter', Resource: '*' }],
    false,
  ],
])('%s: %j', (_, Statement, allowed) => {
  const policy = policySchema.parse(JSON.stringify({ Statement }))
  expect(permits([policy], 'ssm:GetParameter', token)).toBe(allowed)
})
