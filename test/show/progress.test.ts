import { expect, test } from '@jest/globals'
import { createLog } from '../../src/kit/log.ts'
import { advance, type PhaseProgress, readLogLine } from '../../src/show/progress.ts'

/** The very lines that actions write, so that the show can't drift from them. */
function said(speak: (log: ReturnType<typeof createLog>, at: (ms: number) => void) => void): PhaseProgress[] {
  let now = 0
  const lines: string[] = []
  const log = createLog({ write: (_, line) => lines.push(line), mask: () => {} }, () => now)
  speak(log, (ms) => {
    now = ms
  })
  return lines
    .map(readLogLine)
    .reduce<PhaseProgress[]>((phases, line) => (line ? advance(phases, line) : phases), [])
}

test('follows phases that overlap, and leaves out one that only holds others', () => {
  const phases = said((log, at) => {
    at(1000)
    log.scoped('join-servers').info('starting 2 servers')
    at(2000)
    log.scoped('join-agents').info('starting 3 agents')
    at(3000)
    log.scoped('join-servers').waiting('two voters', '1 of 2')
    at(9000)
    log.scoped('join-agents').info('3 agents are registered')
    at(9500)
    log.scoped('join-agents').info('✓ done in 8.0 s')
    log.scoped('join').info('✓ done in 9.0 s')
  })
  expect(phases).toEqual([
    {
      name: 'join-servers',
      startedAt: 1,
      endedAt: undefined,
      outcome: 'running',
      latest: 'starting 2 servers',
      awaited: 'two voters: 1 of 2',
    },
    {
      name: 'join-agents',
      startedAt: 1.5,
      endedAt: 9.5,
      outcome: 'done',
      latest: '3 agents are registered',
      awaited: '',
    },
  ])
})

test.each([
  '',
  '::add-mask::x',
  'a word',
  '1.0s',
  '   0.3s  cost: 0.55 USD an hour',
  '   0.3s  the cluster is there',
])('%p is no phase line', (line) => {
  expect(readLogLine(line)).toBeUndefined()
})
