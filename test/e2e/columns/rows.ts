import { expect } from '@jest/globals'
import { CLUSTER, type Row } from './row.ts'
import { BREAKING } from './rows/breaking.ts'
import { JOINING } from './rows/joining.ts'
import { LEAVING } from './rows/leaving.ts'
import { again, killed, NAMED, phase, WHOLE } from './rows/phases.ts'
import { VERIFYING } from './rows/verifying.ts'

/** Life of one cluster. Each phase is killed in the middle once, and has to find its way when it is run again. */
export const ROWS: readonly Row[] = [
  killed('provision-nodes', WHOLE, new RegExp(`${CLUSTER}-server-\\d in eu-west-1`)),
  phase('provision-nodes', WHOLE, /all 5 machines answer over SSM/),
  killed('bootstrap-first-server', WHOLE, /installing RKE2/),
  phase('bootstrap-first-server', WHOLE, /API ready, etcd has its first voter/),
  ...JOINING,
  killed('join-servers', WHOLE, /join through/),
  phase('join-servers', WHOLE, /3 voters: quorum is 2, so 1 may be lost/),
  killed('join-agents', NAMED, /join through/),
  phase('join-agents', NAMED, /2 agents are registered/),
  killed('install-cilium', WHOLE, /values (are in place|applied)/),
  phase('install-cilium', WHOLE, /Cilium runs on all 5 nodes/),
  ...VERIFYING,
  again('provision-nodes', WHOLE, /already|are there/),
  again('bootstrap-first-server', WHOLE, /already/),
  again('join-servers', WHOLE, /already/),
  again('join-agents', NAMED, /already/),
  again('install-cilium', WHOLE, /in place|already/),
  {
    kind: 'phase',
    name: 'node-logs',
    async run({ cloud }) {
      const { log, exitCode } = await cloud.act('node-logs', NAMED)
      expect(exitCode).toBe(0)
      expect(log).not.toMatch(/K10[0-9a-f]{64}::server:[0-9a-f]/)
      expect(log).not.toMatch(/-----BEGIN [A-Z ]*PRIVATE KEY/)
      return { verdict: 'pass', cause: 'no secret in it', evidence: `${log.split('\n').length} lines` }
    },
  },
  ...BREAKING,
  ...LEAVING,
]
