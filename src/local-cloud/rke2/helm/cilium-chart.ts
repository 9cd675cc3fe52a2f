import * as z from 'zod'
import type { KubernetesObject } from '../kubernetes/api-client.ts'
import { ChartError } from './chart-error.ts'

const toleration = z.looseObject({ key: z.string().optional(), operator: z.string().optional() })

const flag = z.union([z.boolean(), z.string()])

/** The values that change anything here. Others pass, as the genuine chart's schema lets them. */
const values = z.looseObject({
  kubeProxyReplacement: flag.default('false'),
  k8sServiceHost: z.string().default(''),
  k8sServicePort: z.union([z.string(), z.number()]).default(''),
  bpf: z.looseObject({ masquerade: z.boolean().optional() }).default({}),
  cluster: z.looseObject({ name: z.string().default('default') }).prefault({}),
  encryption: z
    .looseObject({ enabled: z.boolean().default(false), type: z.string().default('ipsec') })
    .prefault({}),
  hubble: z
    .looseObject({
      enabled: z.boolean().default(false),
      relay: z.looseObject({ enabled: z.boolean().default(false) }).prefault({}),
      ui: z.looseObject({ enabled: z.boolean().default(false) }).prefault({}),
    })
    .prefault({}),
  operator: z
    .looseObject({
      replicas: z.number().int().default(2),
      tolerations: z
        .array(toleration)
        // Chart 1.18 and later: no CriticalAddonsOnly (rancher/rke2 and its documentation).
        .default([
          { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' },
          { key: 'node-role.kubernetes.io/master', operator: 'Exists' },
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists' },
          { key: 'node.cloudprovider.kubernetes.io/uninitialized', operator: 'Exists' },
          { key: 'node-role.kubernetes.io/etcd', operator: 'Exists' },
        ]),
    })
    .prefault({}),
})

type CiliumValues = z.infer<typeof values>

const TAG = 'v1.19.6'
const image = (name: string) => `rancher/mirrored-cilium-${name}:${TAG}`
export const ciliumImages = [
  'cilium',
  'operator-generic',
  'hubble-relay',
  'hubble-ui',
  'hubble-ui-backend',
].map(image)

const meta = (name: string, labels: Record<string, string> = {}) => ({
  name,
  namespace: 'kube-system',
  labels,
})

/** What rke2-cilium installs. @throws ChartError as the genuine templates fail. */
export function ciliumChart(given: unknown): KubernetesObject[] {
  const parsed = values.safeParse(given)
  if (!parsed.success) throw new ChartError(schemaFault(parsed.error))
  const chart = parsed.data
  refuse(chart)
  return [
    settings(chart),
    agent(chart),
    operator(chart),
    ...(chart.hubble.relay.enabled ? [hubble('hubble-relay', 'hubble-relay')] : []),
    ...(chart.hubble.ui.enabled ? [hubble('hubble-ui', 'hubble-ui')] : []),
  ]
}

const schemaFault = (error: z.ZodError) =>
  `values don't meet the specifications of the schema(s) in the following chart(s):\nrke2-cilium:\n${error.issues
    .map(({ path, message }) => `- at '/${path.join('/')}': ${message}`)
    .join('\n')}`

function refuse({ kubeProxyReplacement, hubble: { enabled, relay, ui }, cluster }: CiliumValues): void {
  if (!['true', 'false'].includes(String(kubeProxyReplacement)))
    throw new ChartError(
      'execution error at (rke2-cilium/templates/validate.yaml): kubeProxyReplacement must be explicitly set to a valid value (true or false) to continue.',
    )
  if (relay.enabled && !enabled)
    throw new ChartError(
      'execution error at (rke2-cilium/templates/validate.yaml): Hubble Relay requires .Values.hubble.enabled=true',
    )
  if (ui.enabled && !relay.enabled)
    throw new ChartError(
      'execution error at (rke2-cilium/templates/validate.yaml): Hubble UI requires .Values.hubble.relay.enabled=true',
    )
  if (cluster.name.length > 32)
    throw new ChartError(
      'execution error at (rke2-cilium/templates/validate.yaml): The cluster name is invalid: must not be more than 32 characters. Set `.Values.cluster.name`',
    )
}

function settings(chart: CiliumValues): KubernetesObject {
  const wireguard = chart.encryption.enabled && chart.encryption.type === 'wireguard'
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta('cilium-config'),
    data: {
      'cluster-name': chart.cluster.name,
      'kube-proxy-replacement': String(chart.kubeProxyReplacement),
      'enable-bpf-masquerade': String(chart.bpf.masquerade ?? false),
      'enable-hubble': String(chart.hubble.enabled),
      'enable-wireguard': String(wireguard),
      'routing-mode': 'tunnel',
      'tunnel-protocol': 'vxlan',
      ipam: 'kubernetes',
    },
  }
}

/** With an address for the API, pods need no Service to reach it. */
function apiEnvironment({ k8sServiceHost, k8sServicePort }: CiliumValues) {
  if (!k8sServiceHost) return []
  return [
    { name: 'KUBERNETES_SERVICE_HOST', value: k8sServiceHost },
    { name: 'KUBERNETES_SERVICE_PORT', value: String(k8sServicePort) },
  ]
}

function agent(chart: CiliumValues): KubernetesObject {
  const labels = { 'k8s-app': 'cilium', 'app.kubernetes.io/name': 'cilium-agent' }
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: meta('cilium', labels),
    spec: {
      selector: { matchLabels: { 'k8s-app': 'cilium' } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: true,
          priorityClassName: 'system-node-critical',
          serviceAccountName: 'cilium',
          tolerations: [{ operator: 'Exists' }],
          containers: [{ name: 'cilium-agent', image: image('cilium'), env: apiEnvironment(chart) }],
        },
      },
    },
  }
}

function operator(chart: CiliumValues): KubernetesObject {
  const match = { 'io.cilium/app': 'operator', name: 'cilium-operator' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta('cilium-operator', match),
    spec: {
      replicas: chart.operator.replicas,
      selector: { matchLabels: match },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '50%' } },
      template: {
        metadata: { labels: match },
        spec: {
          hostNetwork: true,
          priorityClassName: 'system-cluster-critical',
          serviceAccountName: 'cilium-operator',
          tolerations: chart.operator.tolerations,
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                {
                  labelSelector: { matchLabels: { 'io.cilium/app': 'operator' } },
                  topologyKey: 'kubernetes.io/hostname',
                },
              ],
            },
          },
          containers: [
            { name: 'cilium-operator', image: image('operator-generic'), env: apiEnvironment(chart) },
          ],
        },
      },
    },
  }
}

/** Relay and UI tolerate nothing, so they want an untainted node. */
function hubble(name: string, imageName: string): KubernetesObject {
  const labels = { 'k8s-app': name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta(name, labels),
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { serviceAccountName: name, tolerations: [], containers: [{ name, image: image(imageName) }] },
      },
    },
  }
}
