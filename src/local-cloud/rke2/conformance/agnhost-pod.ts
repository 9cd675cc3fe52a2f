import type { KubernetesObject } from '../kubernetes/api-client.ts'

const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.56'

/** A pod for tests: `netexec` answers HTTP on 8080. `node` pins it. */
export function agnhostPod(
  name: string,
  {
    labels = {},
    node,
    netexec = false,
  }: { labels?: Record<string, string>; node?: string; netexec?: boolean },
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: {
      restartPolicy: 'Never',
      ...(node === undefined ? {} : { nodeSelector: { 'kubernetes.io/hostname': node } }),
      containers: [
        {
          name: netexec ? 'webserver' : 'agnhost',
          image: IMAGE,
          args: netexec ? ['netexec', '--http-port=8080'] : ['pause'],
          ...(netexec ? { ports: [{ containerPort: 8080 }] } : {}),
        },
      ],
    },
  }
}
