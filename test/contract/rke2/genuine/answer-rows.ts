import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { api, etcdHealth, http, supervisor } from '../ask.ts'
import { type Cluster, credentials, FIRST, RKE2 } from './cluster.ts'

const recorded = JSON.parse(readFileSync('test/fixtures/rke2/http.json', 'utf8')) as {
  moment: string
  port: number
  path: string
  as: string
  status: number
  type: string
  body: string
}[]

/** What 9345, 6443 and 2381 answer once all is well. */
export function answerRows(cluster: Cluster): void {
  test.each(
    recorded
      .filter(({ moment, path }) => moment === 'ready' && path !== '/v1-rke2/apiservers')
      .map((row) => [`${row.port}${row.path} as ${row.as}: ${row.status}`, row] as const),
  )('%s', (_name, { port, path, as, status, type, body }) => {
    const answer = http(cluster.n1, `https://127.0.0.1:${port}${path}`, credentials(cluster, as))
    expect(answer).toMatchObject({ status, type })
    expect(answer.body.startsWith(body.trimEnd())).toBe(true)
  })

  test('/v1-rke2/apiservers names every server', () => {
    const { body } = supervisor(cluster.n1, '/v1-rke2/apiservers', credentials(cluster, 'node'))
    const every = ['11', '12', '13'].map((last) => `172.31.0.${last}:6443`)
    expect(new Set(JSON.parse(body) as string[])).toEqual(new Set(every))
  })

  test('client certificates on readyz: the kubelet’s 200, the administrator’s and the supervisor’s 403', () => {
    const by = (path: string) =>
      supervisor(cluster.n1, '/v1-rke2/readyz', `--cert ${RKE2}/${path}.crt --key ${RKE2}/${path}.key`).status
    expect(by('agent/client-kubelet')).toBe(200)
    expect(by('server/tls/client-admin')).toBe(403)
    expect(by('server/tls/client-supervisor')).toBe(403)
  })

  test('6443 with a certificate says ok, a kubelet’s too', () => {
    expect(api(cluster.n1, '/readyz')).toMatchObject({ status: 200, body: 'ok' })
    const kubelet = `--cert ${RKE2}/agent/client-kubelet.crt --key ${RKE2}/agent/client-kubelet.key`
    expect(http(cluster.n1, 'https://127.0.0.1:6443/readyz', kubelet)).toMatchObject({
      status: 200,
      body: 'ok',
    })
  })

  test('etcd answers /health and /metrics on 2381, without TLS, on loopback alone', () => {
    expect(etcdHealth(cluster.n1)).toMatchObject({
      status: 200,
      body: expect.stringMatching(/"health": ?"true"/),
    })
    const { body } = http(cluster.n1, 'http://127.0.0.1:2381/metrics')
    const names = readFileSync('test/fixtures/checks/etcd/genuine-metrics.txt', 'utf8').match(
      /^etcd_server_(is_leader|quota_backend_bytes)/gm,
    )
    expect(names).toHaveLength(2)
    for (const name of names ?? []) expect(body).toMatch(new RegExp(`^${name} \\S+$`, 'm'))
    expect(http(cluster.n1, `http://${FIRST}:2381/health`).status).toBe(0)
  })
}
