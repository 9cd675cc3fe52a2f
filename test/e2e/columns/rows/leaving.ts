import { expect } from '@jest/globals'
import type { Cloud } from '../../cloud.ts'
import { machines } from '../../run-command.ts'
import { type Row, type Seen, seenIn } from '../row.ts'
import { killed, NAMED, WHOLE } from './phases.ts'

/** Machines that the cloud itself still has, whatever its APIs tell. */
async function sandboxes(cloud: Cloud): Promise<unknown[]> {
  const answer = await fetch(`${cloud.endpoint}/_local-cloud/machines`)
  return (await answer.json()) as unknown[]
}

/** By the name alone, whatever there is of it. */
async function gone(cloud: Cloud, cluster: string): Promise<Seen> {
  const run = await cloud.act('teardown', { 'cluster-name': cluster })
  expect(await machines(cloud)).toEqual({})
  expect(await sandboxes(cloud)).toEqual([])
  return seenIn(run, 'pass', /nothing is left: 0 instances, 0 load balancers/)
}

const HALF = 'half'
const ofRunKilled = (moment: string, at: RegExp): Row => ({
  kind: 'fault',
  name: `a run killed while ${moment}, and torn down`,
  async run({ cloud }) {
    const run = await cloud.act('cluster', { ...WHOLE, 'cluster-name': HALF, agents: '0' }, { killAt: at })
    expect(run.log).toMatch(at)
    expect(run.exitCode).not.toBe(0)
    return gone(cloud, HALF)
  },
})

export const LEAVING: readonly Row[] = [
  killed('teardown', NAMED, /terminating/),
  {
    kind: 'phase',
    name: 'teardown, of what is left of a cluster without quorum',
    run: ({ cloud }) => gone(cloud, NAMED['cluster-name']),
  },
  { kind: 'phase', name: 'teardown, a second time', run: ({ cloud }) => gone(cloud, NAMED['cluster-name']) },
  ofRunKilled('provisioning', /half-server-1 in eu-west-1/),
  ofRunKilled('joining', /join through/),
]
