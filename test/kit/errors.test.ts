import { EC2ServiceException } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { describeError, firstLineOf, messageOf, throwAll, UserError } from '../../src/kit/errors.ts'

const answer = new EC2ServiceException({
  ...{ name: 'InvalidGroup.NotFound', message: 'The security group does not exist' },
  ...{ $fault: 'client', $metadata: {} },
})

test.each<[string, unknown, string]>([
  ['a user’s error with its hint', new UserError('no room', { hint: 'Wait.' }), 'no room\n→ Wait.'],
  [
    'what a service answered, without a stack',
    answer,
    'InvalidGroup.NotFound: The security group does not exist',
  ],
  [
    'all of several',
    new AggregateError([new UserError('one'), answer]),
    'one\nInvalidGroup.NotFound: The security group does not exist',
  ],
  ['what is no Error', 'word', 'word'],
])('%s', (_, error, words) => {
  expect(describeError(error)).toBe(words)
})

test('a slip of our own is told with where it was', () => {
  expect(describeError(new TypeError('x'))).toMatch(/^TypeError: x\n\s+at /)
})

test('one line, and the message alone', () => {
  const error = new UserError('no room', { hint: 'Wait.' })
  expect(firstLineOf(error)).toBe('no room')
  expect(messageOf(error)).toBe('no room')
  expect(messageOf('word')).toBe('word')
})

test('failures are thrown all together, one alone as it is', () => {
  const [one, two] = [new Error('one'), new Error('two')]
  expect(() => throwAll([])).not.toThrow()
  expect(() => throwAll([one])).toThrow(one)
  expect(() => throwAll([one, two])).toThrow(new AggregateError([one, two]))
})
