import { afterAll, beforeAll } from '@jest/globals'
import { answerRows } from './genuine/answer-rows.ts'
import { type Cluster, startCluster } from './genuine/cluster.ts'
import { commandRows } from './genuine/command-rows.ts'
import { failureRows } from './genuine/failure-rows.ts'
import { fileRows } from './genuine/file-rows.ts'
import { objectRows } from './genuine/object-rows.ts'
import { quorumRows } from './genuine/quorum-rows.ts'
import { resetRows } from './genuine/reset-rows.ts'
import { startRows } from './genuine/start-rows.ts'
import { stoppingRows } from './genuine/stopping-rows.ts'

// What was seen on a genuine RKE2, seen on the stand-in: one running cluster, a row a test. The rows that break it come last.

const cluster = {} as Cluster

beforeAll(async () => {
  Object.assign(cluster, await startCluster())
}, 300_000)
afterAll(() => cluster.sandbox.destroy())

startRows(cluster)
answerRows(cluster)
fileRows(cluster)
objectRows(cluster)
commandRows(cluster)
failureRows(cluster)
stoppingRows(cluster)
quorumRows(cluster)
resetRows(cluster)
