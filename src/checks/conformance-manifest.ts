export const CONFORMANCE_NAMESPACE = 'rke2-action-conformance'

const NAME = 'conformance'

// Left-overs of a cancelled run must not stay for ever with the rights of an administrator.
const DEADLINE_SECONDS = 1800

/**
 * The Kubernetes in a release of RKE2: v1.36.4 in v1.36.4-rc1+rke2r1 too, as RKE2's candidates hold a released Kubernetes, and only
 * that has an image.
 */
export const kubernetesVersion = (rke2Version: string): string => rke2Version.replace(/(-rc\d+)?\+.*/, '')

/**
 * A conformance run as hydrophone deploys it (pkg/conformance/deploy.go), in the order in which they are applied.
 * @param version of Kubernetes, without RKE2's suffix: v1.35.4
 * @param blocking keys of taints that the framework must not wait for to go away
 */
export function conformanceManifest(version: string, focus: string, blocking: readonly string[]): object[] {
  const labels = { 'app.kubernetes.io/managed-by': 'rke2-action' }
  const env = {
    E2E_FOCUS: focus,
    E2E_SKIP: '',
    E2E_PROVIDER: 'skeleton',
    E2E_VERBOSITY: '2',
    E2E_USE_GO_RUNNER: 'true',
    // The framework waits for every node to be schedulable, and would wait for tainted servers for ever.
    E2E_EXTRA_ARGS: `--non-blocking-taints=${['node-role.kubernetes.io/control-plane', ...blocking].join(',')}`,
    E2E_EXTRA_GINKGO_ARGS: '--procs=4 --timeout=10m',
  }
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: CONFORMANCE_NAMESPACE, labels } },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: NAME, namespace: CONFORMANCE_NAMESPACE, labels },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: CONFORMANCE_NAMESPACE, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: CONFORMANCE_NAMESPACE }],
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: NAME, namespace: CONFORMANCE_NAMESPACE, labels },
      spec: conformancePod(`registry.k8s.io/conformance:${version}`, env),
    },
  ]
}

const conformancePod = (image: string, env: Readonly<Record<string, string>>) => ({
  serviceAccountName: NAME,
  restartPolicy: 'Never',
  activeDeadlineSeconds: DEADLINE_SECONDS,
  // A run is not worth half a minute of waiting for its end.
  terminationGracePeriodSeconds: 1,
  tolerations: [{ operator: 'Exists' }],
  containers: [
    {
      name: NAME,
      image,
      imagePullPolicy: 'IfNotPresent',
      env: Object.entries(env).map(([name, value]) => ({ name, value })),
      volumeMounts: [{ name: 'results', mountPath: '/tmp/results' }],
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        runAsNonRoot: true,
        runAsUser: 65534,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    },
  ],
  volumes: [{ name: 'results', emptyDir: {} }],
})
