import { stripVTControlCharacters } from 'node:util'
import { expect, test } from '@jest/globals'
import { advanceNodes, askedFor } from '../../src/show/node-progress.ts'
import { readLogLine } from '../../src/show/progress.ts'
import { renderNodes } from '../../src/show/render-nodes.ts'

/** State of every node after each of these lines, `name state` or `name state (awaited)`. */
function after(lines: readonly string[], servers = 3, agents = 3): string[] {
  return lines
    .flatMap((line) => readLogLine(line) ?? [])
    .reduce(advanceNodes, askedFor('demo', servers, agents))
    .map(({ name, state, awaited }) => `${name} ${state}${awaited && ` (${awaited})`}`)
}

const LAUNCHED = [
  '   0.9s  provision-nodes        demo-server-1 in eu-west-1a',
  '   0.9s  provision-nodes        demo-server-2 in eu-west-1b',
  '   0.9s  provision-nodes        demo-server-3 in eu-west-1c',
  '   0.9s  provision-nodes        demo-agent-1 to demo-agent-3 in eu-west-1a (spot m6i.large)',
]
const JOINING = [
  ...LAUNCHED,
  '   4.6s  provision-nodes        all 6 machines answer over SSM (Debian, x86_64)',
  '   5.8s  bootstrap-first-server installing RKE2 v1.35.7+rke2r1 on demo-server-1',
  '  11.6s  bootstrap-first-server demo-server-1: API ready, etcd has its first voter',
  '  15.9s  join-servers           demo-server-2, demo-server-3 join through 172.31.0.5:9345',
  '  15.9s  join-servers           … demo-server-2: etcd, its API and its vote',
  '  16.9s  join-agents            demo-agent-1, demo-agent-2, demo-agent-3 join through 172.31.0.5:9345',
]

test('machines that were launched, one by one and as a group', () => {
  expect(after(LAUNCHED.slice(1))).toEqual([
    'demo-server-1 asked for',
    'demo-server-2 launched',
    'demo-server-3 launched',
    'demo-agent-1 launched',
    'demo-agent-2 launched',
    'demo-agent-3 launched',
  ])
})

test('nodes that join, with what is awaited of each', () => {
  expect(
    after([...JOINING, '  23.7s  join-servers           demo-server-3 is a voter, its API is ready']),
  ).toEqual([
    'demo-server-1 member',
    'demo-server-2 joining (etcd, its API and its vote)',
    'demo-server-3 member',
    'demo-agent-1 joining',
    'demo-agent-2 joining',
    'demo-agent-3 joining',
  ])
})

test('the only machine, and the only agent', () => {
  const only = '   4.6s  provision-nodes        the only machine answers over SSM'
  expect(after([only], 1, 0)).toEqual(['demo-server-1 answers'])
  for (const words of ['1 agent is registered', 'the only agent is registered already'])
    expect(after([`  16.9s  join-agents            ${words}`], 1, 1).at(-1)).toBe('demo-agent-1 member')
})

test('a server that loses its power and comes back', () => {
  const cut = [
    ...JOINING,
    '  58.0s  verify-ha              cutting the power of demo-server-1, which leads etcd',
  ]
  expect(after(cut)[0]).toBe('demo-server-1 off')
  const back = [...cut, '  60.0s  verify-ha              demo-server-1 has its power back']
  expect(after(back)[0]).toBe('demo-server-1 joining')
  expect(after([...back, '  70.0s  verify-ha              the cluster is whole again, 9.0 s later'])[0]).toBe(
    'demo-server-1 member',
  )
})

test('a line that names no node moves none', () => {
  const words = [
    'values are in place',
    'join token in /rke2-action/demo/token',
    'deleting load balancer demo-rke2',
  ]
  expect(after(words.map((word) => `   1.0s  any-phase              ${word}`))).toEqual(after([]))
})

test('many agents share a line; few have their own', () => {
  expect(stripVTControlCharacters(renderNodes(askedFor('demo', 3, 100))).split('\n')).toEqual([
    '   ○ demo-server-1  asked for',
    '   ○ demo-server-2  asked for',
    '   ○ demo-server-3  asked for',
    '   100 agents: ○ 100 asked for',
  ])
  expect(renderNodes(askedFor('demo', 3, 3)).split('\n')).toHaveLength(6)
})

test('numbers that the action will refuse give no nodes', () => {
  expect(askedFor('demo', Number('three'), -1)).toEqual([])
})
