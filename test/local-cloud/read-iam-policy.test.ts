import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { readIamPolicy } from '../../src/local-cloud/read-iam-policy.ts'

const directory = mkdtempSync(join(tmpdir(), 'rke2-action-policy-'))
afterAll(() => rmSync(directory, { recursive: true }))

test.each(['deploy', 'verify', 'teardown', 'sweep', 'node'])('policies/%s.json is one', (name) => {
  const file = `policies/${name}.json`
  expect(readIamPolicy(file)).toBe(readFileSync(file, 'utf8'))
})

test.each([
  ['no JSON', 'allow all', /invalid Json/],
  ['an effect that is none', '{"Statement": {"Effect": "Maybe", "Action": "*", "Resource": "*"}}', /Effect/],
  [
    'a condition that the local cloud does not know',
    '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Moon": {"a": "b"}}}}',
    /Moon/,
  ],
])('%s is refused, with the file’s name', (_, text, words) => {
  const file = join(directory, 'policy.json')
  writeFileSync(file, text)
  expect(() => readIamPolicy(file)).toThrow(words)
  expect(() => readIamPolicy(file)).toThrow(`--iam-policy ${file}`)
})

test('a file that is not there', () => {
  expect(() => readIamPolicy('nowhere.json')).toThrow(/--iam-policy nowhere\.json: ENOENT/)
})
