import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { encryptionStatus } from '../../../../src/local-cloud/rke2/commands/secrets-encrypt.ts'
import { table } from '../../../../src/local-cloud/rke2/commands/table.ts'

const fixture = (name: string) => readFileSync(`test/fixtures/rke2/${name}`, 'utf8')

test('columns are laid out as the genuine ones', () => {
  const recorded = fixture('certificate-check.txt').split('\n').slice(2)
  const rows = recorded.filter(Boolean).map((line) => line.split(/ {2,}/))
  expect(rows.length).toBeGreaterThan(10)
  expect(table(rows, 3)).toBe(`${recorded.filter(Boolean).join('\n')}\n`)
})

const config = (...names: string[]) => ({
  resources: [{ providers: [{ aescbc: { keys: names.map((name) => ({ name })) } }, {}] }],
})

test('secrets-encrypt status, word for word', () => {
  expect(encryptionStatus(config('aescbckey'), ['start-aa', 'start-aa', 'start-aa'])).toBe(
    fixture('secrets-encrypt-status.txt'),
  )
})

test('servers that encrypt differently are not called equal; the first key is the active one', () => {
  const status = encryptionStatus(config('new', 'old'), ['rotate-aa', 'rotate-bb'])
  expect(status).not.toContain('All hashes match')
  expect(status).toContain('Current Rotation Stage: rotate')
  expect(status).toMatch(/ \* +AES-CBC +new\n +AES-CBC +old\n/)
})
