import { expect, test } from '@jest/globals'
import { readMetadata } from '../../../src/local-cloud/machines/metadata-tree.ts'
import { createQueue } from '../../../src/local-cloud/machines/queue.ts'
import { answerQuery } from '../../../src/local-cloud/machines/resolver.ts'
import { gatewayOf } from '../../../src/local-cloud/machines/sandbox.ts'

const tree = { 'meta-data/instance-id': 'i-1', 'meta-data/placement/region': 'eu-west-1', 'user-data': '#!' }
const paths: [string, string | undefined][] = [
  ['', 'meta-data/\nuser-data'],
  ['meta-data', 'instance-id\nplacement/'],
  ['meta-data/', 'instance-id\nplacement/'],
  ['meta-data/placement/region', 'eu-west-1'],
  ['meta-data/placement/zone', undefined],
  ['meta', undefined],
]
test.each(paths)('metadata at "%s"', (path, expected) => {
  expect(readMetadata(tree, path)).toBe(expected)
})

const names = { 'nlb.example.com': ['172.31.0.9', '172.31.16.9'] }
const queries: [string, 'A' | 'AAAA', number, string[]][] = [
  ['NLB.example.com', 'A', 0, ['172.31.0.9', '172.31.16.9']],
  ['nlb.example.com', 'AAAA', 0, []],
  ['other.example.com', 'A', 3, []],
]
test.each(queries)('%s %s', (name, type, code, expected) => {
  const answer = answerQuery({ id: 7, questions: [{ name, type }] }, names)
  expect([answer.id, (answer.flags ?? 0) & 15]).toEqual([7, code])
  expect(answer.answers?.map((one) => ('data' in one ? one.data : ''))).toEqual(expected)
})

test('the gateway is the first address of the /20', () => {
  expect(['172.31.0.4', '172.31.17.200', '172.31.47.1'].map(gatewayOf)).toEqual([
    '172.31.0.1',
    '172.31.16.1',
    '172.31.32.1',
  ])
})

test('tasks of one key keep their order, also after a failure', async () => {
  const inOrder = createQueue()
  const done: string[] = []
  const task = (name: string, milliseconds: number) => async () => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    done.push(name)
  }
  const failing = inOrder('a', () => Promise.reject(new Error('no')))
  await Promise.all([inOrder('a', task('a1', 20)), inOrder('a', task('a2', 0)), inOrder('b', task('b', 0))])
  await expect(failing).rejects.toThrow('no')
  expect(done).toEqual(['b', 'a1', 'a2'])
})
