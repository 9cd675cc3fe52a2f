import type { KubernetesObject } from '../kubernetes/api-client.ts'

export const coreImages = {
  coredns: 'rancher/hardened-coredns:v1.12.4-build20251015',
  metricsServer: 'rancher/hardened-k8s-metrics-server:v0.8.0-build20251015',
  klipperHelm: 'rancher/klipper-helm:v0.9.10-build20251111',
} as const

function deployment(
  name: string,
  image: string,
  labels: Record<string, string>,
  tolerations: unknown[],
): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'kube-system', labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { tolerations, containers: [{ name, image }] } },
    },
  }
}

/** rke2-coredns: a cluster service, so it goes where CriticalAddonsOnly keeps others away (rancher/rke2 and its documentation). */
export function corednsChart(): KubernetesObject[] {
  const labels = { 'app.kubernetes.io/name': 'rke2-coredns', 'k8s-app': 'kube-dns' }
  const tolerations = [
    { key: 'CriticalAddonsOnly', operator: 'Exists' },
    { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
    { key: 'node-role.kubernetes.io/etcd', operator: 'Exists', effect: 'NoExecute' },
  ]
  return [deployment('rke2-coredns-rke2-coredns', coreImages.coredns, labels, tolerations)]
}

/** rke2-metrics-server tolerates nothing. */
export function metricsServerChart(): KubernetesObject[] {
  const labels = { 'app.kubernetes.io/name': 'rke2-metrics-server' }
  return [deployment('rke2-metrics-server', coreImages.metricsServer, labels, [])]
}
