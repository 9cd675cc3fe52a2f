import { type EvaluationResult, IAMClient } from '@aws-sdk/client-iam'
import { expect, test } from '@jest/globals'
import { verdictOf, verdictOn } from '../../src/aws/simulate.ts'

const result = (
  EvalDecision: EvaluationResult['EvalDecision'],
  MissingContextValues: string[] = [],
): EvaluationResult => ({ EvalActionName: 'ssm:GetParameter', EvalDecision, MissingContextValues })

const DENIED = { action: 'ssm:GetParameter', resource: '*', byBoundary: false }
const UNCLEAR = { action: 'ssm:GetParameter', keys: ['ec2:SourceInstanceARN'] }

test.each([
  [result('allowed'), { denied: [], unclear: [] }],
  [result('allowed', ['ec2:SourceInstanceARN']), { denied: [], unclear: [] }],
  [result('implicitDeny'), { denied: [DENIED], unclear: [] }],
  [result('implicitDeny', ['ec2:SourceInstanceARN']), { denied: [], unclear: [UNCLEAR] }],
  [result('explicitDeny', ['ec2:SourceInstanceARN']), { denied: [DENIED], unclear: [] }],
])('a denial that hangs on values not given is none yet: %j', (one, verdict) => {
  expect(verdictOf([one])).toEqual(verdict)
})

test('of several resources each is judged by the keys that stand with it', () => {
  const one = {
    ...result('implicitDeny'),
    ResourceSpecificResults: [
      { EvalResourceName: 'a', EvalResourceDecision: 'allowed' },
      { EvalResourceName: 'b', EvalResourceDecision: 'implicitDeny' },
      {
        EvalResourceName: 'c',
        EvalResourceDecision: 'implicitDeny',
        MissingContextValues: ['ec2:SourceInstanceARN'],
      },
    ],
  } satisfies EvaluationResult
  expect(verdictOf([one])).toEqual({ denied: [{ ...DENIED, resource: 'b' }], unclear: [UNCLEAR] })
})

test('an answer of several pages is read to its end', async () => {
  const iam = new IAMClient({ region: 'eu-west-1' })
  const pages = [
    { EvaluationResults: [result('allowed')], IsTruncated: true, Marker: 'next' },
    { EvaluationResults: [result('implicitDeny')], IsTruncated: false },
  ]
  const markers: unknown[] = []
  iam.send = (async ({ input }: { input: { Marker?: string } }) => {
    markers.push(input.Marker)
    return pages.shift()
  }) as never
  const { denied } = await verdictOn(iam, 'arn:aws:iam::1:role/r', {
    ...{ actions: ['ssm:GetParameter'], resources: ['*'], context: {} },
  })
  expect(denied).toEqual([DENIED])
  expect(markers).toEqual([undefined, 'next'])
})
