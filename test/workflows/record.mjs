import { appendFileSync } from 'node:fs'
import { basename } from 'node:path'

// Stands in for one of our actions: writes down what it was given, sets the outputs it was told to, and fails when told to.
const action = basename(import.meta.dirname)
const inputs = Object.fromEntries(
  Object.entries(process.env)
    .filter(([name, value]) => name.startsWith('INPUT_') && value)
    .map(([name, value]) => [name.slice('INPUT_'.length).toLowerCase(), value]),
)
const { RECORD_FILE, RECORD_OUTPUTS, RECORD_FAIL, GITHUB_OUTPUT, AWS_ACCESS_KEY_ID } = process.env

appendFileSync(
  RECORD_FILE,
  `${JSON.stringify({ action, inputs, credentials: Boolean(AWS_ACCESS_KEY_ID), node: process.version })}\n`,
)
for (const [name, value] of Object.entries(JSON.parse(RECORD_OUTPUTS)[action] ?? {}))
  appendFileSync(GITHUB_OUTPUT, `${name}=${value}\n`)
if (RECORD_FAIL.split(',').includes(action)) {
  console.log(`::error::${action} was told to fail`)
  process.exitCode = 1
}
