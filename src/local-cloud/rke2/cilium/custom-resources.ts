import type { KubernetesObject } from '../kubernetes/api-client.ts'

const kinds = [
  ['ciliumnodes', 'CiliumNode', 'Cluster', 'v2'],
  ['ciliumendpoints', 'CiliumEndpoint', 'Namespaced', 'v2'],
  ['ciliumidentities', 'CiliumIdentity', 'Cluster', 'v2'],
  ['ciliumnetworkpolicies', 'CiliumNetworkPolicy', 'Namespaced', 'v2'],
] as const

/** Names of the definitions that the agent waits for. */
export const awaitedDefinitions = kinds.map(([plural]) => `${plural}.cilium.io`)

/** What the operator registers. Their contents are not looked into. */
export function customResourceDefinitions(): KubernetesObject[] {
  return kinds.map(([plural, kind, scope, version]) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.cilium.io`, labels: { 'io.cilium.k8s.crd.schema.version': '1.32.0' } },
    spec: {
      group: 'cilium.io',
      scope,
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  }))
}
