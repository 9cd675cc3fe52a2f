import type { KubernetesObject } from '../kubernetes/api-client.ts'

const GROUP = 'helm.cattle.io'
const RBAC = 'rbac.authorization.k8s.io'

/** A definition as k3s-io/helm-controller registers it, its schema left open: what a chart needs is checked when it is installed. */
function definition(kind: string, plural: string): KubernetesObject {
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: open, status: open } } },
        },
      ],
    },
  }
}

const rule = (apiGroup: string, resources: string[], verbs: string[]) => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
})

const cloudController = 'rke2-cloud-controller-manager'

/** What RKE2 puts into a new cluster: its kinds, and the rights of its cloud controller, which is no administrator. */
export const rke2Objects: readonly KubernetesObject[] = [
  definition('HelmChart', 'helmcharts'),
  definition('HelmChartConfig', 'helmchartconfigs'),
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: cloudController },
    rules: [
      rule('coordination.k8s.io', ['leases'], ['get', 'create', 'update']),
      rule('', ['nodes'], ['get', 'list', 'watch', 'update', 'patch']),
      rule('', ['nodes/status'], ['patch']),
      rule('', ['events'], ['create', 'patch', 'update']),
    ],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: cloudController },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: cloudController },
    subjects: [{ apiGroup: RBAC, kind: 'User', name: cloudController }],
  },
]

/** What must answer before RKE2 applies its manifests. */
export const rke2Kinds = ['helmcharts', 'helmchartconfigs'].map((plural) => `/apis/${GROUP}/v1/${plural}`)
