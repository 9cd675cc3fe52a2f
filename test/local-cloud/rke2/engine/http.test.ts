import { expect, test } from '@jest/globals'
import { authorize } from '../../../../src/local-cloud/rke2/engine/http/authorize.ts'
import { resourceFor } from '../../../../src/local-cloud/rke2/engine/http/handle-resource.ts'
import { healthReport } from '../../../../src/local-cloud/rke2/engine/http/health.ts'
import { humanDuration } from '../../../../src/local-cloud/rke2/engine/http/human-duration.ts'
import { representationFor } from '../../../../src/local-cloud/rke2/engine/http/representation.ts'
import { readRequest } from '../../../../src/local-cloud/rke2/engine/http/request-info.ts'
import { eventFor } from '../../../../src/local-cloud/rke2/engine/http/watch.ts'
import type { KubeObject } from '../../../../src/local-cloud/rke2/engine/kubernetes.ts'
import { builtin } from '../../../../src/local-cloud/rke2/engine/store/resources.ts'

const request = (method: string, path: string) => readRequest(method, new URL(path, 'https://k'))

test.each([
  ['GET', '/api/v1/nodes', { verb: 'list', plural: 'nodes', group: '' }],
  ['GET', '/api/v1/nodes?watch=true', { verb: 'watch', plural: 'nodes' }],
  ['PATCH', '/api/v1/nodes/n1/status', { verb: 'patch', name: 'n1', subresource: 'status' }],
  ['GET', '/api/v1/namespaces/a', { verb: 'get', plural: 'namespaces', name: 'a', namespace: undefined }],
  ['PUT', '/api/v1/namespaces/a/finalize', { plural: 'namespaces', name: 'a', subresource: 'finalize' }],
  [
    'POST',
    '/apis/apps/v1/namespaces/a/deployments',
    { verb: 'create', group: 'apps', namespace: 'a', plural: 'deployments' },
  ],
  ['DELETE', '/api/v1/namespaces/a/pods', { verb: 'deletecollection', plural: 'pods' }],
  ['GET', '/readyz', { about: 'path', verb: 'get', path: '/readyz' }],
  ['GET', '/apis/apps/v1', { about: 'path' }],
])('%s %s', (method, path, expected) => {
  expect(request(method, path)).toMatchObject(expected)
})

const node = { user: 'system:node:n1', groups: ['system:nodes'] }
const jane = { user: 'jane', groups: ['people'] }

test.each([
  [{ user: 'x', groups: ['system:masters'] }, 'DELETE', '/api/v1/nodes/n1', true],
  [{ user: 'system:kube-scheduler', groups: [] }, 'POST', '/api/v1/namespaces/a/pods/p/binding', true],
  [node, 'PATCH', '/api/v1/nodes/n1/status', true],
  [node, 'PATCH', '/api/v1/nodes/n2/status', false],
  [node, 'DELETE', '/api/v1/nodes/n1', false],
  [node, 'PUT', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1', true],
  [node, 'PUT', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n2', false],
  [node, 'PUT', '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/n1', false],
  [node, 'POST', '/api/v1/namespaces/a/secrets', false],
  [{ user: 'system:node:n1', groups: [] }, 'GET', '/api/v1/nodes', false],
  [jane, 'GET', '/readyz', true],
  [jane, 'GET', '/metrics', false],
  [jane, 'GET', '/api/v1/namespaces/a/pods', false],
])('%j %s %s: %p', (identity, method, path, allowed) => {
  expect(authorize(identity, request(method, path)) === undefined).toBe(allowed)
})

test.each([
  [true, false, 200, 'ok'],
  [true, true, 200, '[+]ping ok\n[+]etcd ok\nreadyz check passed\n'],
  [false, false, 500, '[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n'],
])('health with etcd %p, verbose %p', (ok, verbose, code, body) => {
  expect(
    healthReport(
      [
        { name: 'ping', ok: true },
        { name: 'etcd', ok },
      ],
      verbose,
    ),
  ).toEqual({ code, body })
})

test.each([
  [0, '0s'],
  [119_000, '119s'],
  [121_000, '2m1s'],
  [600_000, '10m'],
  [4 * 3_600_000 + 60_000, '4h1m'],
  [50 * 3_600_000, '2d2h'],
  [-5_000, '<invalid>'],
])('an age of %d ms is %s', (milliseconds, said) => {
  expect(humanDuration(milliseconds)).toBe(said)
})

const object = (color: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'X',
  metadata: { name: 'x', labels: { color } },
})
test.each([
  ['ADDED', undefined, 'red', 'ADDED'],
  ['MODIFIED', 'blue', 'red', 'ADDED'],
  ['MODIFIED', 'red', 'red', 'MODIFIED'],
  ['MODIFIED', 'red', 'blue', 'DELETED'],
  ['MODIFIED', 'blue', 'blue', undefined],
  ['DELETED', 'red', 'red', 'DELETED'],
  ['DELETED', 'blue', 'blue', undefined],
] as const)('%s from %s to %s is %s for a watcher of red', (type, before, after, expected) => {
  const change = {
    type,
    directory: '',
    key: '',
    object: object(after),
    previous: before && object(before),
    revision: 1,
  }
  expect(eventFor(change, ({ metadata }) => metadata.labels?.['color'] === 'red')?.type).toBe(expected)
})

test.each([
  ['/apis/policy/v1/poddisruptionbudgets', 'poddisruptionbudgets of policy/v1'],
  ['/api/v1/namespaces/a/services', 'services of v1'],
  ['/apis/cilium.io/v2/ciliumnodes', 'ciliumnodes of cilium.io/v2'],
])('%s is refused by name, with the way to have it', (path, name) => {
  const info = request('GET', path)
  expect(() => info.about === 'resource' && resourceFor(info)).toThrow(
    `the light control plane does not serve ${name}: --control-plane upstream serves it`,
  )
})

test.each([
  ['', 'ConfigMap'],
  ['*/*', 'ConfigMap'],
  ['application/json;stream=watch', 'ConfigMap'],
  ['application/json;as=Table;v=v1;g=meta.k8s.io,application/json', 'Table'],
  ['application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io, application/json', 'ConfigMap'],
])('accepting "%s" a client gets a %s', (accept, kind) => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }
  expect(representationFor(builtin('configmaps'), accept, 'None').one(object)).toMatchObject({ kind })
})

test.each([
  'application/vnd.kubernetes.protobuf',
  'application/json;as=PartialObjectMetadata;v=v1',
  'text/html',
])('a client that takes %s alone is refused', (accept) => {
  expect(() => representationFor(builtin('configmaps'), accept, 'None')).toThrow(
    `the light control plane does not serve answers of type ${accept}: --control-plane upstream serves it`,
  )
})
