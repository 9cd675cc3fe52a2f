import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { faultOf, findGenuineAgent } from '../../../../src/local-cloud/machines/agent/genuine-agent.ts'

const root = mkdtempSync(join(tmpdir(), 'ssm-agent-'))
afterAll(() => rmSync(root, { recursive: true }))

const PROGRAMS = ['amazon-ssm-agent', 'ssm-agent-worker', 'ssm-document-worker', 'ssm-session-worker']
let directory = ''
let count = 0
beforeEach(() => {
  directory = join(root, String(count++))
  mkdirSync(directory)
  // Real programs of this machine's architecture.
  for (const name of PROGRAMS) copyFileSync('/usr/bin/true', join(directory, name))
})

/** The first bytes of a program for `machine`, an `e_machine`. */
const elf = (machine: number, order = 1) => {
  const head = Buffer.alloc(20)
  head.write('\x7fELF', 'latin1')
  head[5] = order
  if (order === 2) head.writeUInt16BE(machine, 18)
  else head.writeUInt16LE(machine, 18)
  return head
}

test('programs of this machine are found, those that may be missing only where they are', async () => {
  expect(await findGenuineAgent(directory, process.arch)).toEqual(PROGRAMS)
  copyFileSync('/usr/bin/true', join(directory, 'ssm-cli'))
  expect(await findGenuineAgent(directory, process.arch)).toEqual([...PROGRAMS, 'ssm-cli'])
})

test('a directory that lacks programs names them', async () => {
  rmSync(join(directory, 'ssm-document-worker'))
  rmSync(join(directory, 'ssm-agent-worker'))
  await expect(findGenuineAgent(directory, process.arch)).rejects.toThrow(
    `there is no ssm-agent-worker, no ssm-document-worker in ${directory}`,
  )
})

test('programs of another architecture, or none at all, are refused by name, with what to do', async () => {
  const other = process.arch === 'arm64' ? 'x64' : 'arm64'
  await expect(findGenuineAgent(directory, other)).rejects.toMatchObject({
    message: `${directory}/amazon-ssm-agent is for ${process.arch}, and this machine is ${other}`,
    hint: expect.stringContaining('for this architecture'),
  })
  writeFileSync(join(directory, 'ssm-session-worker'), 'version https://git-lfs…')
  chmodSync(join(directory, 'ssm-session-worker'), 0o755)
  await expect(findGenuineAgent(directory, process.arch)).rejects.toThrow('ssm-session-worker is no program')
})

test('no such directory', async () => {
  await expect(findGenuineAgent('/nowhere', 'x64')).rejects.toThrow(
    "cannot read the SSM agent's directory /nowhere",
  )
})

test.each([
  ['x64', elf(62), undefined],
  ['arm64', elf(183), undefined],
  ['x64', elf(183), 'is for arm64, and this machine is x64'],
  ['x64', elf(21, 2), 'is for machine 21, and this machine is x64'],
  ['x64', Buffer.from('#!/bin/sh\n'), undefined],
  ['x64', Buffer.from(''), 'is no program for Linux'],
  ['x64', elf(62).subarray(0, 10), 'is no program for Linux'],
])('on %s %j: %s', (arch, head, fault) => {
  expect(faultOf(head, arch)).toBe(fault)
})
