import { describe } from '@jest/globals'
import { STABLE } from '../../../src/local-cloud/releases.ts'
import { findBinaries } from '../../../src/local-cloud/tools/kubernetes/find-binaries.ts'
import { columnTests } from './column.ts'

// Said in the name of what is skipped, so that no report of this run can hide it.
if (findBinaries(STABLE)) describe("upstream's control plane", () => columnTests('upstream'))
else
  describe.skip('NOT RUN: no upstream Kubernetes here (npm run build:kubernetes)', () =>
    columnTests('upstream'))
