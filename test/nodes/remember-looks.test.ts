import { expect, test } from '@jest/globals'
import * as z from 'zod'
import type { NodeRunner, Script } from '../../src/nodes/node-runner.ts'
import { rememberLooks } from '../../src/nodes/remember-looks.ts'

const node = (name: string) => ({ name, instanceId: `i-${name}` })
const script = (name: string, looks: boolean): Script<number> => ({
  name,
  body: '',
  settings: {},
  answer: z.number(),
  timeoutSeconds: 5,
  looks,
})
const look = script('look', true)
const act = script('act', false)

function counting(ok = true) {
  const asked: string[] = []
  const inner: NodeRunner = {
    run: async ({ name }, nodes) => {
      asked.push(`${name} ${nodes.map((one) => one.name)}`)
      return nodes.map((one) =>
        ok
          ? { node: one, ok: true, answer: asked.length as never }
          : { node: one, ok: false, exitCode: 1, reason: '', output: '' },
      )
    },
  }
  return { asked, runner: rememberLooks(inner) }
}

test('the same look at the same nodes is asked once, also when two ask together', async () => {
  const { asked, runner } = counting()
  const [first, second] = await Promise.all([runner.run(look, [node('a')]), runner.run(look, [node('a')])])
  expect(second).toEqual(first)
  await runner.run(look, [node('a')])
  await runner.run(look, [node('b')])
  expect(asked).toEqual(['look a', 'look b'])
})

test('after anything was done it looks again', async () => {
  const { asked, runner } = counting()
  await runner.run(look, [node('a')])
  await runner.run(act, [node('b')])
  await runner.run(look, [node('a')])
  expect(asked).toEqual(['look a', 'act b', 'look a'])
})

test('what was seen while something was done is not remembered', async () => {
  const { asked, runner } = counting()
  const acting = runner.run(act, [node('b')])
  await Promise.all([acting, runner.run(look, [node('a')])])
  await runner.run(look, [node('a')])
  expect(asked.filter((line) => line === 'look a')).toHaveLength(2)
})

test('a look that failed is asked again', async () => {
  const { asked, runner } = counting(false)
  await runner.run(look, [node('a')])
  await runner.run(look, [node('a')])
  expect(asked).toHaveLength(2)
})
