import { expect, test } from '@jest/globals'
import { causeIn } from '../../src/cluster/causes.ts'

test.each([
  ['mkdir /var/lib/rancher: no space left on device', /disk is full/],
  [
    'failed to validate token: token CA hash does not match the Cluster CA certificate hash: aa != bb',
    /another cluster/,
  ],
  ['preparing server: failed to bootstrap cluster data: not authorized', /token is wrong/],
  [
    'Waiting to retrieve agent configuration; server is not ready: failed to retrieve configuration from server: not authorized',
    /token is wrong/,
  ],
  ['https://10.0.0.1:9345/v1-rke2/server-bootstrap: 403 Forbidden', /token is wrong/],
  ['failed to get CA certs: Unauthorized', /6443 instead of 9345/],
  [
    'failed to get CA certs: Get "https://10.77.0.99:9345/cacerts": dial tcp 10.77.0.99:9345: connect: no route to host',
    /port 9345/,
  ],
  ['Failed to validate connection to cluster at https://172.31.0.11:9345', /port 9345/],
  ['critical configuration value mismatch between servers', /differs from the others/],
  [
    "Node password rejected, duplicate hostname or contents of '/etc/rancher/node/password'",
    /registered before/,
  ],
  ["unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels", /kubelet refuses/],
  [
    'Failed to get member list from etcd cluster. Will assume this member is already added',
    /port 2379 or 2380 is closed/,
  ],
  ['etcdserver: unhealthy cluster', /one of its members is down/],
  ['yaml: line 1: did not find expected', /not YAML/],
  ['sha256 of rke2.linux-amd64.tar.gz is aa, and should be bb', /checksum/],
  ['cannot download https://x/y', /cannot fetch RKE2/],
])('%s', (log, cause) => {
  expect(causeIn(`some line\n${log}\nanother line`)).toMatchObject({
    cause: expect.stringMatching(cause),
    change: expect.any(String),
  })
})

test('what is not known is not guessed', () => {
  expect(causeIn('level=info msg="starting"')).toBeUndefined()
})
