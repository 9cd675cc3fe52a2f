import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { expect, test } from '@jest/globals'
import { serverScript } from '../../src/checks/server-script.ts'
import { runScript } from './run-script.ts'

interface Recorded {
  health: { http: string; body: unknown }
  status: { http: string; body: unknown }
  members: { http: string; body: unknown }
  metrics: Record<string, number | null>
}
const recordings = JSON.parse(readFileSync('test/fixtures/checks/etcd/recorded.json', 'utf8')) as Record<
  string,
  Recorded
>

interface Answer {
  http: string
  body: string
}
const READY = { http: '200', body: readFileSync('test/fixtures/checks/readyz.txt', 'utf8') }
const NOT_READY = {
  http: '500',
  body: '[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\n[-]etcd-readiness failed: reason withheld\n[+]shutdown ok\nreadyz check failed',
}
const REFUSED = { http: '000', body: '' }
const FORBIDDEN = { http: '401', body: '{"kind":"Status","message":"Unauthorized"}' }

/** A curl that gives the recorded answers of one etcd member and its API server. */
function curlOf(
  { health, status, members, metrics }: Recorded,
  readyz: Answer = READY,
  alarms: object | Answer = {},
): string {
  const bodies = {
    health: { http: health.http, body: JSON.stringify(health.body) },
    status: { http: status.http, body: JSON.stringify(status.body) },
    'member/list': { http: members.http, body: JSON.stringify(members.body) },
    alarm: 'http' in alarms ? alarms : { http: status.http, body: JSON.stringify(alarms) },
    'readyz?verbose': readyz,
    metrics: {
      http: '200',
      body: Object.entries(metrics)
        .flatMap(([name, value]) => (value === null ? [] : `${name} ${value}`))
        .join('\n'),
    },
  }
  const cases = Object.entries(bodies).map(
    ([path, { http, body }]) =>
      `*'/${path}') if [ ${http} = 000 ]; then printf 000; echo 'curl: (7) Failed to connect to 127.0.0.1: Connection refused' >&2; exit 7; fi
printf %s ${JSON.stringify(http)}; cat >"$out" <<'BODY'\n${body}\nBODY\n;;`,
  )
  return `out=; url=\nwhile [ $# -gt 0 ]; do case $1 in -o) out=$2; shift;; http*) url=$1;; esac; shift; done
case $url in\n${cases.join('\n')}\nesac`
}

const ask = async (name: string, readyz = READY, alarms: object | Answer = {}) => {
  const recorded = recordings[name]
  if (!recorded) throw new Error(`no recording ${name}`)
  return await runScript(serverScript(), { curl: curlOf(recorded, readyz, alarms) })
}

test('a leader of three, as recorded from etcd 3.5', async () => {
  const { answer, bytes } = await ask('3up-m1')
  expect(answer.etcd).toMatchObject({
    healthy: true,
    isLeader: true,
    status: {
      clusterId: '4489428715251259359',
      memberId: '11603223878344180952',
      leader: '11603223878344180952',
      term: '2',
    },
    members: [{ id: '5195945279798712450', peer: '127.0.0.1' }, {}, { id: '17265005902704969454' }],
    errors: [],
  })
  expect(answer.hostname).toBe(hostname())
  expect(answer.api).toEqual({ ready: true, parts: 37, failed: [], error: '' })
  expect(bytes).toBeLessThan(2_400)
})

test('a survivor that lost its quorum', async () => {
  const { answer } = await ask('2down-m3', NOT_READY)
  expect(answer.etcd).toMatchObject({
    healthy: false,
    reason: 'RAFT NO LEADER',
    status: { leader: '', errors: ['etcdserver: no leader'] },
  })
  expect(answer.api).toMatchObject({ ready: false, failed: ['etcd', 'etcd-readiness'], error: '' })
})

test('a dead member and a dead API server', async () => {
  const { answer } = await ask('1down-m1', REFUSED)
  expect(answer.etcd).toMatchObject({ healthy: false, status: null, members: null, isLeader: false })
  expect(answer.etcd.errors).toContain('health: curl: (7) Failed to connect to 127.0.0.1: Connection refused')
  expect(answer.api).toMatchObject({ ready: false, failed: [], error: expect.stringMatching(/refused/) })
})

test('an API server that refuses us says so', async () => {
  const { answer } = await ask('3up-m1', FORBIDDEN)
  expect(answer.api).toMatchObject({
    ready: false,
    error: expect.stringMatching(/^HTTP 401: .*Unauthorized/),
  })
})

test('an alarm by its name, in both forms of the gateway', async () => {
  const alarms = [
    { memberID: '11603223878344180952', alarm: 'NOSPACE' },
    { memberID: '7', alarm: 2 },
  ]
  const { answer } = await ask('3up-m1', READY, { alarms })
  expect(answer.etcd.alarms).toEqual(['NOSPACE 11603223878344180952', 'CORRUPT 7'])
})

test('no alarm is told apart from no answer', async () => {
  expect((await ask('3up-m1')).answer.etcd.alarms).toEqual([])
  const timedOut = { http: '503', body: '{"code":14,"message":"etcdserver: request timed out"}' }
  const { answer } = await ask('3up-m1', READY, timedOut)
  expect(answer.etcd.alarms).toBeNull()
  expect(answer.etcd.errors).toEqual(['alarms: etcdserver: request timed out'])
})

test('metrics of the genuine RKE2 are understood', async () => {
  const recorded = recordings['3up-m2']
  if (!recorded) throw new Error('no recording')
  const metrics = Object.fromEntries(
    readFileSync('test/fixtures/checks/etcd/genuine-metrics.txt', 'utf8')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
      .map((line) => [line.replace(/ \S+$/, ''), Number(line.replace(/.* /, ''))]),
  )
  const { answer } = await runScript(serverScript(), {
    curl: curlOf({ ...recorded, metrics }),
  })
  expect(answer.etcd).toMatchObject({ isLeader: true, quota: 2_147_483_648 })
})
