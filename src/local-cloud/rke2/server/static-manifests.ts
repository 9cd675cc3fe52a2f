import { existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { paths } from '../paths.ts'

export type Component =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'cloud-controller-manager'

/** Requests as RKE2 sets them (rancher/rke2 and its documentation). */
const requests: Readonly<Record<Component, { cpu: string; memory: string }>> = {
  etcd: { cpu: '200m', memory: '512Mi' },
  'kube-apiserver': { cpu: '250m', memory: '1Gi' },
  'kube-controller-manager': { cpu: '200m', memory: '256Mi' },
  'kube-scheduler': { cpu: '100m', memory: '128Mi' },
  'cloud-controller-manager': { cpu: '100m', memory: '128Mi' },
}

function imageOf(component: Component, version: string): string {
  if (component === 'etcd') return 'index.docker.io/rancher/hardened-etcd:v3.6.6-k3s1-build20251210'
  if (component === 'cloud-controller-manager')
    return `index.docker.io/rancher/rke2-cloud-provider:${version}`
  return `index.docker.io/rancher/hardened-kubernetes:${version.replace('+', '-')}`
}

/** Lays a static pod's manifest into agent/pod-manifests; the kubelet does the rest. Without a command nothing runs for it. */
export async function writeManifest(
  component: Component,
  version: string,
  command: readonly string[] = [],
): Promise<void> {
  await mkdir(paths.podManifests, { recursive: true, mode: 0o700 })
  const manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: component,
      namespace: 'kube-system',
      labels: { component, tier: 'control-plane' },
    },
    spec: {
      containers: [
        {
          name: component,
          image: imageOf(component, version),
          imagePullPolicy: 'IfNotPresent',
          ...(command.length ? { command: command.slice(0, 1), args: command.slice(1) } : {}),
          resources: { requests: requests[component] },
        },
      ],
      hostNetwork: true,
      priorityClassName: 'system-cluster-critical',
      tolerations: [{ operator: 'Exists' }],
    },
  }
  const file = join(paths.podManifests, `${component}.yaml`)
  // A half-written manifest must not be seen.
  await writeFile(`${file}.new`, stringify(manifest), { mode: 0o644 })
  await rename(`${file}.new`, file)
}

/** The machine's own, or the one that the local cloud brought along. */
export function etcdProgram(name: 'etcd' | 'etcdctl' = 'etcd'): string {
  const own = join(paths.localCloud, name)
  return existsSync(own) ? own : join('/usr/bin', name)
}
