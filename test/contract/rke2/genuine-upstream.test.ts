import { afterAll, beforeAll, describe } from '@jest/globals'
import { findBinaries } from '../../../src/local-cloud/tools/kubernetes/find-binaries.ts'
import { answerRows } from './genuine/answer-rows.ts'
import { type Cluster, startCluster } from './genuine/cluster.ts'
import { objectRows } from './genuine/object-rows.ts'
import { quorumRows } from './genuine/quorum-rows.ts'
import { startRows } from './genuine/start-rows.ts'

const found = findBinaries('v1.35.4+rke2r1')
// Said in the name of what is skipped, so that no report of this run can hide it.
const upstream = found
  ? describe
  : (_: string, work: () => void) =>
      describe.skip('NOT RUN: no upstream Kubernetes here (npm run build:kubernetes)', work)

// Of the rows of genuine.test.ts those that the control plane has a part in, on upstream's own. The others ask RKE2's files, commands and
// processes, which are the same above either; all 68 were seen to hold.
upstream("what was seen on a genuine RKE2, seen on the stand-in with upstream's control plane", () => {
  const cluster = {} as Cluster

  beforeAll(async () => {
    Object.assign(cluster, await startCluster(found?.directory))
  }, 300_000)
  afterAll(() => cluster.sandbox?.destroy())

  startRows(cluster)
  answerRows(cluster)
  objectRows(cluster)
  quorumRows(cluster)
})
