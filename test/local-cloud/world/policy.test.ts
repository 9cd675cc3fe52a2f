import { expect, test } from '@jest/globals'
import { decide, policySchema } from '../../../src/local-cloud/world/policy.ts'

const token = 'arn:aws:ssm:eu-west-1:1:parameter/rke2-action/pr-42/token'
const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource })
const question = { action: 'ssm:GetParameter', resource: token, keys: {} }

test.each([
  ['the very thing', [allow('ssm:GetParameter', token)], 'allowed'],
  [
    'a wildcard, in any case',
    [allow('SSM:get*', 'arn:aws:ssm:*:1:parameter/rke2-action/pr-42/*')],
    'allowed',
  ],
  ['one of a list', [allow(['ec2:*', 'ssm:GetParameter'], '*')], 'allowed'],
  ['nothing', [], 'not allowed'],
  ['another action', [allow('ssm:PutParameter', '*')], 'not allowed'],
  ['another cluster', [allow('ssm:*', 'arn:aws:ssm:*:1:parameter/rke2-action/pr-4/*')], 'not allowed'],
  ['all but others', [{ Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' }], 'allowed'],
  ['all but this', [{ Effect: 'Allow', NotAction: 'ssm:*', Resource: '*' }], 'not allowed'],
  ['everywhere but here', [{ Effect: 'Allow', Action: '*', NotResource: token }], 'not allowed'],
  [
    'a denial besides',
    [allow('*', '*'), { Effect: 'Deny', Action: 'ssm:GetParameter', Resource: '*' }],
    'denied',
  ],
])('%s: %j', (_, Statement, answer) => {
  const policy = policySchema.parse(JSON.stringify({ Statement }))
  expect(decide([policy], question)).toBe(answer)
})

const variable = ['$', 'aws:username}'].join('{')
const keys = { 'aws:requesttag/team': ['blue'], 'aws:tagkeys': ['team', 'cost'] }

test.each([
  [{ StringEquals: { 'aws:RequestTag/team': ['red', 'blue'] } }, true],
  [{ StringEquals: { 'aws:RequestTag/team': 'red' } }, false],
  [{ StringEquals: { 'aws:RequestTag/other': 'red' } }, false],
  [{ StringEqualsIfExists: { 'aws:RequestTag/other': 'red' } }, true],
  [{ StringNotEquals: { 'aws:RequestTag/other': 'red' } }, true],
  [{ StringNotEquals: { 'aws:RequestTag/team': 'blue' } }, false],
  [{ StringNotEquals: { 'aws:RequestTag/team': ['red', 'blue'] } }, false],
  [{ StringLike: { 'aws:RequestTag/team': 'bl*' } }, true],
  [{ StringNotLike: { 'aws:RequestTag/team': 'bl*' } }, false],
  [{ Null: { 'aws:RequestTag/team': 'false' } }, true],
  [{ Null: { 'aws:RequestTag/team': 'true' } }, false],
  [{ Null: { 'aws:RequestTag/other': 'true' } }, true],
  [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'cost', 'more'] } }, true],
  [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' } }, false],
  [{ 'ForAllValues:StringEquals': { 'aws:RequestTag/other': 'x' } }, true],
  [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } }, true],
  [{ 'ForAnyValue:StringEquals': { 'aws:RequestTag/other': 'x' } }, false],
  [{ StringEquals: { 'aws:RequestTag/team': 'blue' }, Null: { 'aws:RequestTag/other': 'false' } }, false],
])('%j is %s', (Condition, met) => {
  const policy = policySchema.parse(JSON.stringify({ Statement: { ...allow('*', '*'), Condition } }))
  expect(decide([policy], { ...question, keys })).toBe(met ? 'allowed' : 'not allowed')
})

test.each([
  [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'condition operator IpAddress'],
  [{ StringEquals: { 'ec2:Tenancy': 'default' } }, 'condition key ec2:Tenancy'],
  [{ StringEquals: { 'aws:RequestTag/a': variable } }, `policy variables: ${variable}`],
])('what could not be judged is refused by name: %j', (Condition, words) => {
  const read = policySchema.safeParse(JSON.stringify({ Statement: { ...allow('*', '*'), Condition } }))
  expect(read.error?.message).toContain(words)
})
