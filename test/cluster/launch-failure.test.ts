import { expect, test } from '@jest/globals'
import { deathHint, deathInWords, startsOf } from '../../src/cluster/launch-failure.ts'

const machine = (id: string, state: string) => ({ id, name: `node-${id}`, state, reason: undefined })

test('launched machines: who died, and who may still come', () => {
  const shown = [machine('1', 'running'), machine('2', 'pending'), machine('3', 'shutting-down')]
  // The fourth is one that EC2 does not show yet.
  expect(startsOf(['1', '2', '3', '4'], shown)).toEqual({
    died: [machine('3', 'shutting-down')],
    starting: ['2', '4'],
  })
  expect(startsOf(['5'], [machine('5', 'terminated')]).died).toHaveLength(1)
})

test.each([
  ['Client.InternalError', 'Client error on launch', /KMS key/],
  ['Client.InvalidKMSKey.InvalidState', 'The KMS key provided is in an incorrect state', /KMS key/],
  ['Client.VolumeLimitExceeded', 'Volume limit exceeded', /quota .*\(ebs, L-7A658B76\)/],
  ['Server.InsufficientInstanceCapacity', 'Insufficient capacity', /name more instance types/],
  ['Server.SpotInstanceTermination', 'Spot instance termination', /name more instance types/],
  ['Client.InvalidSnapshot.NotFound', 'The snapshot was not found', /^image: its snapshot/],
  ['Client.InstanceInitiatedShutdown', 'Instance initiated shutdown', /^image: .*get-console-output/],
  ['Server.InternalError', 'Internal error on launch', /^Run the action again/],
  ['', '', /^Run the action again/],
])('%s is told with what to do', (code, message, words) => {
  expect(deathHint(code, message)).toMatch(words)
})

test.each([
  [{ code: 'A.B', message: 'A.B: bad' }, 'pr-1 (i-1) died at its launch: A.B: bad'],
  [{ code: 'A.B', message: 'bad' }, 'pr-1 (i-1) died at its launch: A.B: bad'],
  [{ code: 'A.B', message: '' }, 'pr-1 (i-1) died at its launch: A.B'],
  [undefined, 'pr-1 (i-1) died at its launch: EC2 says no reason'],
])('a death in words: %j', (reason, words) => {
  expect(deathInWords({ id: 'i-1', name: 'pr-1', state: 'terminated', reason })).toBe(words)
})
