import { expect, test } from '@jest/globals'
import { type Attempt, chooseWayIn } from '../../../src/local-cloud/front/way-in.ts'

/** Programs in `working` work, the others say why not. */
const only =
  (...working: string[]): Attempt =>
  (command) => {
    const works = working.includes(command.includes('--user') ? 'user' : command[0])
    return { works, reason: works ? '' : `${command[0]}: Operation not permitted` }
  }

test('root goes in directly', () => {
  expect(chooseWayIn(true, only('unshare')).command[0]).toBe('unshare')
})

test('anyone else takes sudo where it asks no password, then a user namespace', () => {
  expect(chooseWayIn(false, only('sudo', 'user')).command.slice(0, 3)).toEqual(['sudo', '-n', 'unshare'])
  expect(chooseWayIn(false, only('user'))).toMatchObject({ userNamespace: true })
})

test('it says for each way what is missing', () => {
  expect(() => chooseWayIn(false, only())).toThrow(
    /with sudo: sudo: Operation not permitted\n {2}with an unprivileged user namespace: unshare: Operation not permitted/,
  )
  expect(() => chooseWayIn(true, only())).toThrow(/with root: unshare: Operation not permitted/)
})
