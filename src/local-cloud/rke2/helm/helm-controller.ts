import { createHash } from 'node:crypto'
import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts'
import { attempt } from '../kubernetes/attempt.ts'
import type { Leadership } from '../kubernetes/lead.ts'
import {
  apply,
  collectionPath,
  createUnlessThere,
  type ObjectList,
  objectCollection,
} from '../kubernetes/resources.ts'
import { sleep } from '../timing.ts'
import { isBootstrapChart } from './charts.ts'
import { coreImages } from './images.ts'

const CHARTS = collectionPath('helm.cattle.io/v1', 'HelmChart', 'kube-system')
const CONFIGS = collectionPath('helm.cattle.io/v1', 'HelmChartConfig', 'kube-system')
const JOBS = collectionPath('batch/v1', 'Job', 'kube-system')
const HASH = 'helmcharts.helm.cattle.io/configHash'
const LOOK_MS = 1_000

/** The work of the leader of `rke2`: one job helm-install-<chart> for each HelmChart, again whenever its values change. */
export async function installCharts(
  api: ApiClient,
  leadership: Leadership,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if (leadership.held) await attempt(() => look(api))
    await sleep(LOOK_MS)
  }
}

async function look(api: ApiClient): Promise<void> {
  const [charts, configs, jobs] = await Promise.all(
    [CHARTS, CONFIGS, JOBS].map(async (path) => (await api.request<ObjectList>('GET', path)).items),
  )
  const named = (list: readonly KubernetesObject[] | undefined, name: string) =>
    list?.find(({ metadata }) => metadata.name === name)
  for (const chart of charts ?? []) {
    const { name } = chart.metadata
    await reconcile(api, chart, named(configs, name), named(jobs, `helm-install-${name}`))
  }
}

async function reconcile(
  api: ApiClient,
  chart: KubernetesObject,
  config: KubernetesObject | undefined,
  job: KubernetesObject | undefined,
): Promise<void> {
  const { name } = chart.metadata
  const documents = {
    'values-01_HelmChart.yaml': valuesOf(chart),
    'values-10_HelmChartConfig.yaml': valuesOf(config),
  }
  const hash = `SHA256=${createHash('sha256').update(JSON.stringify(documents)).digest('hex').toUpperCase()}`
  if (job?.metadata.annotations?.[HASH] === hash || job?.metadata.deletionTimestamp) return
  await apply(api, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `chart-values-${name}`, namespace: 'kube-system' },
    type: 'helmcharts.helm.cattle.io/values',
    data: Object.fromEntries(
      Object.entries(documents).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
    ),
  })
  if (job) {
    await api.request('DELETE', `${JOBS}/helm-install-${name}?propagationPolicy=Background`)
    return
  }
  for (const object of installAccount(name)) await createUnlessThere(api, objectCollection(object), object)
  await api.request('POST', JOBS, installJob(name, hash, chart))
  await api.request('PATCH', `${CHARTS}/${name}/status`, { status: { jobName: `helm-install-${name}` } })
}

/** An installation may hold anything, so RKE2 lets its job do anything. */
function installAccount(chart: string): KubernetesObject[] {
  const name = `helm-${chart}`
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'kube-system' } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `helm-kube-system-${chart}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'kube-system' }],
    },
  ]
}

const valuesOf = (object: KubernetesObject | undefined): string =>
  (object?.['spec'] as { valuesContent?: string } | undefined)?.valuesContent ?? ''

/** Before there is a network the job runs on the host's; it tolerates what a young server has (rancher/rke2 and its documentation). */
function installJob(name: string, hash: string, chart: KubernetesObject): KubernetesObject {
  const bootstrap = isBootstrapChart(name)
  const labels = { 'helmcharts.helm.cattle.io/chart': name }
  const exists = (key: string, effect: string) => ({ key, operator: 'Exists', effect })
  const tolerations = [
    exists('node.kubernetes.io/not-ready', 'NoSchedule'),
    exists('node.kubernetes.io/network-unavailable', 'NoSchedule'),
    exists('node.cloudprovider.kubernetes.io/uninitialized', 'NoSchedule'),
    { key: 'CriticalAddonsOnly', operator: 'Exists' },
    exists('node-role.kubernetes.io/etcd', 'NoExecute'),
    exists('node-role.kubernetes.io/control-plane', 'NoSchedule'),
  ]
  const { uid } = chart.metadata
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `helm-install-${name}`,
      namespace: 'kube-system',
      labels,
      annotations: { [HASH]: hash },
      ownerReferences: [{ apiVersion: 'helm.cattle.io/v1', kind: 'HelmChart', name, uid, controller: true }],
    },
    spec: {
      backoffLimit: 1000,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'OnFailure',
          serviceAccountName: `helm-${name}`,
          ...(bootstrap ? { hostNetwork: true, tolerations } : {}),
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          containers: [
            {
              name: 'helm',
              image: coreImages.klipperHelm,
              args: ['install'],
              env: [
                { name: 'NAME', value: name },
                { name: 'CHART', value: name },
                { name: 'TARGET_NAMESPACE', value: 'kube-system' },
                { name: 'BOOTSTRAP', value: String(bootstrap) },
              ],
            },
          ],
        },
      },
    },
  }
}
