import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { causeIn } from '../../src/cluster/causes.ts'
import { redactSecrets } from '../../src/nodes/redact-secrets.ts'

// Whole journals of a genuine RKE2: each failure has its name, after secrets were taken out as well.
const journal = (name: string) =>
  redactSecrets(readFileSync(`test/fixtures/rke2/journals/${name}.txt`, 'utf8'))

test.each([
  ['wrong-token', 'the token is wrong'],
  ['full-token-wrong-password', 'the token is wrong'],
  ['agent-wrong-token', 'the token is wrong'],
  ['agent-server-keys', 'the token is wrong'],
  ['wrong-ca-hash', 'the token belongs to another cluster, or the first server was created anew'],
  ['no-token', 'the node has no token'],
  ['agent-no-token', 'the node has no token'],
  ['agent-no-server', 'the node was not told which server to join'],
  ['unreachable-server', 'port 9345 of the first server cannot be reached from this node'],
  ['wrong-port', 'the node joins through port 6443 instead of 9345'],
  ['bad-yaml', 'the configuration on the node is not YAML'],
  [
    'other-cluster-cidr',
    'this server’s configuration differs from the others in a value that must be equal everywhere',
  ],
  ['bogus-profile', 'the profile has a name that this RKE2 does not know'],
  ['cis-without-etcd-user', 'the machine is not prepared for the CIS profile'],
  ['agent-duplicate-name', 'a node of this name was registered before, with another machine'],
])('%s: %s', (name, cause) => {
  expect(causeIn(journal(name))?.cause).toBe(cause)
})

test('a server that differs in disable-kube-proxy only is not refused, and nothing is made of its journal', () => {
  expect(causeIn(journal('kube-proxy-not-disabled'))).toBeUndefined()
})

test.each([
  // Seen, but not part of a recorded journal.
  ['{"health":"false","reason":"RAFT NO LEADER"}', /lost its majority/],
  ['invalid kernel parameter value vm.overcommit_memory=0 - expected 1', /CIS profile/],
  ['pod etcd-n1 not synced (waiting for termination of old pod sandbox)', /after a power loss/],
  ['Waiting for other members to finish joining etcd cluster: etcdserver: unhealthy cluster', /is down/],
  [
    'Waiting for other members to finish joining etcd cluster: etcdserver: too many learner members in cluster',
    /one at a time/,
  ],
  ['Kubelet exited: exit status 1', /kubelet refuses/],
  ['Failed to validate connection to cluster at https://10.77.0.99:9345: x', /port 9345/],
])('%s', (said, cause) => {
  expect(causeIn(`a line\n${said}\nanother`)?.cause).toMatch(cause)
})
