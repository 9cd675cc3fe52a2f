import { expect, test } from '@jest/globals'
import { awaitDatabaseInfo } from '../../../../src/local-cloud/rke2/etcd/await-database-info.ts'

const member = { name: 'n1-993d8281', clientURLs: ['https://10.77.0.11:2379'] }

test('a first server whose etcd does not answer yet is asked again', async () => {
  const answers = [
    () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:2379')),
    () => Promise.reject(new Error('starting')),
    () => Promise.resolve({ members: [member] }),
  ]
  const get = () => answers.shift()?.() ?? Promise.reject(new Error('asked too often'))
  expect(await awaitDatabaseInfo({ get }, 1)).toEqual({ members: [member] })
  expect(answers).toEqual([])
})

test('an answer that is none is a fault, not a reason to wait', async () => {
  await expect(awaitDatabaseInfo({ get: () => Promise.resolve({}) }, 1)).rejects.toThrow('members')
})
