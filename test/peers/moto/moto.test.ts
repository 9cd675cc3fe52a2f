import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { authorityOf } from '../../../src/local-cloud/services/authority.ts'
import { startCloud } from '../../local-cloud/services/start-cloud.ts'
import { startWireServer } from '../../local-cloud/wire/wire-server.ts'
import { type Difference, differencesOf } from './compare.ts'
import type { Step } from './conversation.ts'
import { isOf, knownDifferences } from './known-differences.ts'
import { startMoto } from './moto-server.ts'
import { type Answer, replay } from './replay.ts'

const file = join(import.meta.dirname, 'conversation.jsonl')
const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
const steps: Step[] = lines.map((line) => JSON.parse(line))
let ours: Answer[]
let found: Difference[]

beforeAll(async () => {
  const cloud = startCloud({ keepOpen: true })
  const server = await startWireServer(cloud.handlers, { authority: authorityOf(cloud.world) })
  const moto = await startMoto()
  try {
    const caller = { region: cloud.world.region, credentials: cloud.world.userKey }
    ours = await replay(steps, { ...caller, endpoint: server.endpoint }, true)
    const theirs = await replay(steps, { ...caller, endpoint: moto.endpoint }, false)
    found = differencesOf(steps, ours, theirs)
  } finally {
    await moto.close()
    await server.close()
    cloud.close()
  }
}, 300_000)

test('the local cloud answers a whole chain and its teardown as it did when it was recorded', () =>
  expect(ours.map(({ error }) => error)).toEqual(steps.map(({ error }) => error)))

test('in nothing but what the table says does moto answer otherwise', () => {
  const known = knownDifferences()
  expect(found.filter((one) => !known.some((row) => isOf(row, one)))).toEqual([])
})

test('the table says nothing that is not so', () =>
  expect(knownDifferences().filter((row) => !found.some((one) => isOf(row, one)))).toEqual([]))
