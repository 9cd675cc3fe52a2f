import { expect, test } from '@jest/globals'
import type { ClusterNode } from '../../src/cluster/nodes.ts'
import { diagnoses, diagnosisTable } from '../../src/nodes/diagnosis.ts'

const machine = (index: number, state: ClusterNode['state'] = 'running'): ClusterNode => ({
  instanceId: `i-${index}`,
  name: `c-server-${index}`,
  role: 'server',
  index,
  privateIp: `172.31.0.${index}`,
  zone: 'eu-west-1a',
  instanceType: 't3.large',
  state,
  rke2Version: 'v1.35.4+rke2r1',
  expiresAt: 0,
  underDrill: false,
})

test('every machine is told of, the one that does not run too', () => {
  const logs = [{ node: machine(1), log: 'write x: no space left on device\n', fault: undefined }]
  const found = diagnoses([machine(1), machine(2, 'stopped')], logs)
  expect(found.map(({ log, fault }) => [log, fault])).toEqual([
    ['write x: no space left on device\n', undefined],
    ['', 'the machine is stopped'],
  ])
  const table = diagnosisTable('c', found)
  expect(table).toMatch(/\| c-server-1 \| i-1 \| eu-west-1a \| running \| \*\*the disk is full\*\*: /)
  expect(table).toContain('| c-server-2 | i-2 | eu-west-1a | stopped | the machine is stopped |')
})

test('a log in which nothing is known says so', () => {
  const found = diagnoses([machine(1)], [{ node: machine(1), log: 'all is well', fault: undefined }])
  expect(diagnosisTable('c', found)).toContain('| nothing known in its log |')
})

test('a fault stays in its cell', () => {
  const found = diagnoses([machine(1)], [{ node: machine(1), log: '', fault: 'a | b\nc' }])
  expect(diagnosisTable('c', found)).toContain('| a \\| b c |')
})

test('a cluster without machines', () => {
  expect(diagnosisTable('c', diagnoses([], []))).toContain('It has no machines.')
})
