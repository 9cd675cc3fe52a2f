import { expect, test } from '@jest/globals'
import { balancerScript } from '../../src/checks/balancer-script.ts'
import { runScript } from './run-script.ts'

const NAME = 'pr-42-nlb.elb.eu-west-1.amazonaws.com'

const GETENT = `printf '%s STREAM ${NAME}\\n' 192.0.2.5 192.0.2.5 192.0.2.6`

/** An openssl that shows the certificate of one of `servers` servers, in turn. */
const openssl = (
  servers: number,
) => `count=$(cat "$0.count" 2>/dev/null || echo 0); echo $((count + 1)) >"$0.count"
printf '%s\\n' 'CONNECTED(00000003)' '-----BEGIN CERTIFICATE-----' "server$((count % ${servers}))" '-----END CERTIFICATE-----' "session $count"`

/** Answers, when told to verify with the CA and to resolve the name to one address. Whoever it doesn't know gets 401, as RKE2's does. */
const CURL = `case "$*" in
*--cacert*"--cert "*/agent/client-kubelet.crt*"--key "*/agent/client-kubelet.key*--resolve*:6443/readyz) printf 200;;
*:6443/readyz) printf 401;;
*--cacert*--resolve*:9345/ping) printf 200;;
*) exit 2;;
esac`

const ask = (programs: Readonly<Record<string, string>>, addresses: readonly string[] = []) =>
  runScript(balancerScript({ dnsName: NAME, addresses }, { servers: 3, connections: 30 }), {
    getent: GETENT,
    openssl: openssl(3),
    curl: CURL,
    ...programs,
  })

test('every address is asked, and servers are met in turn', async () => {
  const { answer, bytes } = await ask({})
  expect(answer).toMatchObject({
    addresses: [
      { ip: '192.0.2.5', api: 200, supervisor: 200, error: '' },
      { ip: '192.0.2.6', api: 200, supervisor: 200, error: '' },
    ],
    connections: 3,
    refused: 0,
    certificates: 3,
  })
  expect(bytes).toBeLessThan(2_400)
})

test('one whose name says public addresses is asked at its private ones', async () => {
  const { answer } = await ask({}, ['172.31.0.5', '172.31.16.5'])
  expect(answer.addresses.map(({ ip, api }) => [ip, api])).toEqual([
    ['172.31.0.5', 200],
    ['172.31.16.5', 200],
  ])
  expect(answer.certificates).toBe(3)
})

test('a balancer that always picks the same server is found out', async () => {
  const { answer } = await ask({ openssl: openssl(1) })
  expect(answer).toMatchObject({ connections: 30, certificates: 1 })
})

test('a dead address keeps curl’s words', async () => {
  const curl = `case "$*" in
*192.0.2.6*) printf 000; echo "curl: (28) Connection timed out after 5001 milliseconds" >&2; exit 28;;
esac
${CURL}`
  const { answer } = await ask({ curl })
  expect(answer.addresses[1]).toMatchObject({ api: 0, supervisor: 0, error: expect.stringMatching(/\(28\)/) })
})

test('an API server without a quorum says so, whoever else answers', async () => {
  const curl = `case "$*" in
*--cert*192.0.2.6*:6443/readyz) printf 500; exit 0;;
esac
${CURL}`
  const { answer } = await ask({ curl })
  expect(answer.addresses.map(({ api }) => api)).toEqual([200, 500])
})

test('a name that does not resolve', async () => {
  const { answer } = await ask({ getent: 'exit 2' })
  expect(answer).toMatchObject({ addresses: [], connections: 0, certificates: 0 })
})

test('connections that fail are counted', async () => {
  const { answer } = await ask({ openssl: 'exit 1' })
  expect(answer).toMatchObject({ connections: 30, refused: 30, certificates: 0 })
})
