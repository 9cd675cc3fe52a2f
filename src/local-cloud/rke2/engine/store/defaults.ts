import type { KubeObject, PodSpec, PodTemplate, Toleration } from '../kubernetes.ts'
import type { Resource } from './resources.ts'

type Spec = Record<string, unknown> & { template?: PodTemplate }

// Admission plugin DefaultTolerationSeconds: pods leave a dead node after five minutes.
const NODE_GONE_SECONDS = 300
const NODE_GONE_TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

const podSpec = (spec: PodSpec): PodSpec => ({
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  ...spec,
})

const tolerates = (tolerations: readonly Toleration[], key: string) =>
  tolerations.some(
    (toleration) =>
      (toleration.key === key || !toleration.key) &&
      (!toleration.effect || toleration.effect === 'NoExecute'),
  )

function withNodeGoneTolerations(spec: PodSpec): PodSpec {
  const given = spec.tolerations ?? []
  const added = NODE_GONE_TAINTS.filter((key) => !tolerates(given, key)).map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: NODE_GONE_SECONDS,
  }))
  return { ...spec, tolerations: [...given, ...added] }
}

const workload = (defaults: object) => (object: KubeObject, spec: Spec) => {
  const template = spec.template && { ...spec.template, spec: podSpec(spec.template.spec) }
  return { ...object, spec: { ...defaults, ...spec, ...(template && { template }) } }
}

/** What Kubernetes fills in when it is left out, as far as a controller or kubectl looks at it. */
const defaultsOf: Record<string, (object: KubeObject, spec: Spec) => KubeObject> = {
  Namespace: (object, spec) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { 'kubernetes.io/metadata.name': object.metadata.name, ...object.metadata.labels },
    },
    spec: { finalizers: ['kubernetes'], ...spec },
    status: object.status ?? { phase: 'Active' },
  }),
  Pod: (object, spec) => ({
    ...object,
    spec: withNodeGoneTolerations(podSpec(spec as PodSpec)),
    status: object.status ?? { phase: 'Pending', qosClass: 'BestEffort' },
  }),
  Deployment: workload({
    replicas: 1,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  }),
  ReplicaSet: workload({ replicas: 1 }),
  DaemonSet: workload({
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    revisionHistoryLimit: 10,
  }),
  Job: (object, spec) => {
    const owned = workload({ parallelism: 1, completions: 1, backoffLimit: 6, suspend: false })(object, spec)
    const id = {
      'batch.kubernetes.io/controller-uid': object.metadata.uid,
      'batch.kubernetes.io/job-name': object.metadata.name,
    }
    const { template, ...rest } = owned.spec as Spec
    const labels = { ...template?.metadata?.labels, ...id, 'job-name': object.metadata.name }
    return {
      ...owned,
      spec: {
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': object.metadata.uid } },
        ...rest,
        template: { ...template, metadata: { ...template?.metadata, labels } },
      },
    }
  },
}

/** The object with Kubernetes' defaults. */
export function withDefaults(resource: Resource, object: KubeObject): KubeObject {
  const fill = defaultsOf[resource.kind]
  return fill ? fill(object, (object.spec ?? {}) as Spec) : object
}
