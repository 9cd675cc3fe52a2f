import { expect, test } from '@jest/globals'
import { api, isUp, members } from '../ask.ts'
import { until } from '../sandbox.ts'
import { type Cluster, config, RKE2 } from './cluster.ts'

const RESET = 'Managed etcd cluster membership has been reset, restart without --cluster-reset flag now'
const SNAPSHOTS = `${RKE2}/server/db/snapshots`

/** cluster-reset, on what is left of the cluster. */
export function resetRows(cluster: Cluster): void {
  const reset = (more = '') =>
    cluster.n1.bash(`/run/rke2/bin/rke2 server --cluster-reset ${more} 2>&1 || true`)

  test('cluster-reset with a snapshot: the first server alone, as it was; no second reset before a start', async () => {
    const { n1, n2 } = cluster
    n1.bash('/run/rke2/bin/rke2 etcd-snapshot save --name before 2>&1')
    const late = `-X POST -H 'content-type: application/json' -d '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"late"}}'`
    expect(api(n1, '/api/v1/namespaces', late).status).toBe(201)
    n1.stop('killall')
    n2.stop('killall')

    expect(reset('--server https://172.31.0.12:9345')).toContain(
      'cannot perform cluster-reset while server URL is set',
    )
    expect(reset('--cluster-reset-restore-path=/nowhere')).toContain('snapshot path does not exist')
    const snapshot = n1.bash(`ls ${SNAPSHOTS}/before-*`).trim()
    expect(reset(`--cluster-reset-restore-path=${snapshot}`)).toContain(RESET)
    expect(reset()).toContain('was previously reset')

    n1.bash(': >/run/rke2.log')
    n1.start('server', config('n1'))
    await until(isUp(n1), 'the first server again', 60)
    expect(members(n1).map(({ name }) => name)).toEqual([expect.stringMatching(/^n1-/)])
    expect(api(n1, '/api/v1/namespaces/default').status).toBe(200)
    expect(api(n1, '/api/v1/namespaces/late').status).toBe(404)
  }, 300_000)
}
