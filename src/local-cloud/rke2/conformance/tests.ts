import type { KubernetesObject } from '../kubernetes/api-client.ts'
import { find, type ObjectList } from '../kubernetes/resources.ts'
import { agnhostPod } from './agnhost-pod.ts'
import { intraPodCommunication } from './networking-test.ts'
import type { ConformanceTest, TestContext } from './suite.ts'

/** Upstream's names, and what the genuine tests of these names ask for, cut down to what a stand-in can be asked. */
export const tests: readonly ConformanceTest[] = [
  {
    name: '[sig-node] Pods should be submitted and removed [NodeConformance] [Conformance]',
    run: podsSubmittedAndRemoved,
  },
  {
    name: '[sig-network] Networking Granular Checks: Pods should function for intra-pod communication: http [NodeConformance] [Conformance]',
    run: intraPodCommunication,
  },
  {
    name: '[sig-node] ConfigMap should run through a ConfigMap lifecycle [Conformance]',
    run: configMapLifecycle,
  },
  { name: '[sig-node] Secrets should patch a secret [Conformance]', run: patchSecret },
  { name: '[sig-node] Lease lease API should be available [Conformance]', run: leaseAvailable },
]

function assert(holds: boolean, message: string): void {
  if (!holds) throw new Error(message)
}

async function podsSubmittedAndRemoved({ api, namespace, eventually }: TestContext): Promise<void> {
  const pods = `/api/v1/namespaces/${namespace}/pods`
  const name = 'pod-submit-remove'
  const seen: string[] = []
  const stop = new AbortController()
  const watching = api
    .watch(`${pods}?watch=true&labelSelector=time%3Dsubmit`, ({ type }) => void seen.push(type), stop.signal)
    .catch(() => undefined)
  await api.request('POST', pods, agnhostPod(name, { labels: { time: 'submit' } }))
  await eventually('the pod to run', () => inPhase(api, `${pods}/${name}`, 'Running'))
  const list = await api.request<ObjectList>('GET', `${pods}?labelSelector=time%3Dsubmit`)
  assert(list.items.length === 1, `expected one pod by its label, found ${list.items.length}`)
  await eventually('the watch to show the pod', async () => (seen.includes('ADDED') ? true : undefined))
  await api.request('DELETE', `${pods}/${name}`)
  await eventually('the pod to be gone', async () =>
    (await find(api, `${pods}/${name}`)) ? undefined : true,
  )
  await eventually('the watch to show its end', async () => (seen.includes('DELETED') ? true : undefined))
  stop.abort()
  await watching
}

async function inPhase(
  api: TestContext['api'],
  path: string,
  phase: string,
): Promise<KubernetesObject | undefined> {
  const pod = await api.request('GET', path)
  return (pod['status'] as { phase?: string } | undefined)?.phase === phase ? pod : undefined
}

async function configMapLifecycle({ api, namespace }: TestContext): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/configmaps`
  const metadata = { name: 'test-configmap', labels: { 'test-configmap-static': 'true' } }
  await api.request('POST', path, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { valueName: 'value' },
  })
  await api.request('PATCH', `${path}/test-configmap`, { data: { valueName: 'value1' } })
  const patched = await api.request<{ data: Record<string, string> }>('GET', `${path}/test-configmap`)
  assert(patched.data['valueName'] === 'value1', `patched data is ${JSON.stringify(patched.data)}`)
  await api.request('DELETE', `${path}?labelSelector=test-configmap-static%3Dtrue`)
  const left = await api.request<ObjectList>('GET', `${path}?labelSelector=test-configmap-static%3Dtrue`)
  assert(left.items.length === 0, `${left.items.length} ConfigMaps are left after deletecollection`)
}

async function patchSecret({ api, namespace }: TestContext): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/secrets`
  const encoded = (text: string) => Buffer.from(text).toString('base64')
  await api.request('POST', path, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'test-secret' },
    data: { key: encoded('value') },
  })
  await api.request('PATCH', `${path}/test-secret`, {
    metadata: { labels: { testsecret: 'true' } },
    data: { key: encoded('value1') },
  })
  const patched = await api.request<{ data: Record<string, string> }>('GET', `${path}/test-secret`)
  assert(patched.data['key'] === encoded('value1'), 'the patched Secret does not hold the new value')
  await api.request('DELETE', `${path}/test-secret`)
  assert((await find(api, `${path}/test-secret`)) === undefined, 'the Secret is still there')
}

async function leaseAvailable({ api, namespace }: TestContext): Promise<void> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`
  const created = await api.request('POST', path, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'lease' },
    spec: { holderIdentity: 'holder', leaseDurationSeconds: 30, leaseTransitions: 0 },
  })
  const updated = await api.request<{ spec: { holderIdentity: string } }>('PUT', `${path}/lease`, {
    ...created,
    spec: { holderIdentity: 'holder2', leaseDurationSeconds: 60, leaseTransitions: 1 },
  })
  assert(updated.spec.holderIdentity === 'holder2', `the holder is ${updated.spec.holderIdentity}`)
  await api.request('DELETE', `${path}/lease`)
}
