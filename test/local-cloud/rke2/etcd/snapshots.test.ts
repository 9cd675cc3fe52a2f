import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { saveSnapshot } from '../../../../src/local-cloud/rke2/etcd/save-snapshot.ts'
import {
  deleteSnapshots,
  listSnapshots,
  pruneSnapshots,
} from '../../../../src/local-cloud/rke2/etcd/snapshot-files.ts'

const root = mkdtempSync(join(tmpdir(), 'rke2-action-snapshots-'))
afterAll(() => rmSync(root, { recursive: true }))

const names = (directory: string) => listSnapshots(directory).map(({ name }) => name)

function directoryOf(...files: string[]): string {
  const directory = mkdtempSync(join(root, 'case-'))
  for (const file of files) writeFileSync(join(directory, file), 'x')
  return directory
}

/** A gateway that answers a snapshot with `body`. */
async function save(body: string, file: string): Promise<void> {
  const gateway = createServer((_request, response) => response.end(body))
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', () => resolve()))
  try {
    await saveSnapshot(file, `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`)
  } finally {
    gateway.close()
  }
}
const blob = (text: string) =>
  `${JSON.stringify({ result: { remaining_bytes: '1', blob: Buffer.from(text).toString('base64') } })}\n`

test('a snapshot is what etcd streamed, joined', async () => {
  const directory = directoryOf()
  await save(blob('data') + blob('sum'), join(directory, 'probe-n1-1'))
  expect(readFileSync(join(directory, 'probe-n1-1'), 'utf8')).toBe('datasum')
})

test('a snapshot that breaks off leaves nothing', async () => {
  const directory = directoryOf()
  const broken = `${blob('data')}{"error":{"message":"etcdserver: request timed out"}}\n`
  await expect(save(broken, join(directory, 'probe-n1-1'))).rejects.toThrow('etcdserver: request timed out')
  expect(names(directory)).toEqual([])
})

test('pruning keeps the newest of its own name', () => {
  const directory = directoryOf('a-n1-3', 'a-n1-1', 'a-n1-20', 'b-n1-1', 'a-n2-1')
  expect(pruneSnapshots(directory, 'a-n1', 2)).toEqual(['a-n1-1'])
  expect(names(directory)).toEqual(['a-n1-20', 'a-n1-3', 'a-n2-1', 'b-n1-1'])
})

test('of several to delete one that is missing spares all', () => {
  const directory = directoryOf('a-n1-1')
  expect(() => deleteSnapshots(directory, ['a-n1-1', 'gone'])).toThrow('snapshot gone not found')
  expect(names(directory)).toEqual(['a-n1-1'])
  expect(deleteSnapshots(directory, ['a-n1-1'])).toEqual(['a-n1-1'])
})
