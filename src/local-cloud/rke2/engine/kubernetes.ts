/**
 * The shapes of the Kubernetes objects the engine looks into: only the fields it reads or writes. Whatever else an object
 * holds travels along untouched.
 */
export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean | undefined
  blockOwnerDeletion?: boolean | undefined
}

export interface ObjectMeta {
  name: string
  generateName?: string | undefined
  namespace?: string | undefined
  uid?: string | undefined
  resourceVersion?: string | undefined
  generation?: number | undefined
  creationTimestamp?: string | undefined
  deletionTimestamp?: string | undefined
  deletionGracePeriodSeconds?: number | undefined
  labels?: Record<string, string> | undefined
  annotations?: Record<string, string> | undefined
  finalizers?: string[] | undefined
  ownerReferences?: OwnerReference[] | undefined
}

export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  spec?: unknown
  status?: unknown
}

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string | undefined
  message?: string | undefined
  lastHeartbeatTime?: string | undefined
  lastTransitionTime?: string | undefined
}

export interface Taint {
  key: string
  value?: string | undefined
  effect: string
  timeAdded?: string | undefined
}

export interface Toleration {
  key?: string | undefined
  operator?: string | undefined
  value?: string | undefined
  effect?: string | undefined
  tolerationSeconds?: number | undefined
}

export interface NodeObject extends KubeObject {
  spec?: {
    podCIDR?: string
    podCIDRs?: string[]
    providerID?: string
    taints?: Taint[] | undefined
    unschedulable?: boolean
  }
  status?: {
    addresses?: { type: string; address: string }[]
    conditions?: Condition[]
    allocatable?: Record<string, string>
    nodeInfo?: Record<string, string>
  }
}

export interface LabelSelectorRequirement {
  key: string
  operator: string
  values?: string[] | undefined
}

export interface LabelSelector {
  matchLabels?: Record<string, string> | undefined
  matchExpressions?: LabelSelectorRequirement[] | undefined
}

export interface NodeSelectorTerm {
  matchExpressions?: LabelSelectorRequirement[]
  matchFields?: LabelSelectorRequirement[]
}

export interface PodAffinityTerm {
  labelSelector?: LabelSelector
  namespaces?: string[]
  topologyKey: string
}

interface Affinity {
  nodeAffinity?: {
    requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: NodeSelectorTerm[] }
  }
  podAffinity?: unknown
  podAntiAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[] }
}

export interface ContainerStatus {
  name: string
  ready?: boolean
  restartCount?: number
  state?: {
    waiting?: { reason?: string }
    running?: { startedAt?: string }
    terminated?: { reason?: string; exitCode?: number; signal?: number }
  }
}

export interface PodSpec {
  nodeName?: string | undefined
  nodeSelector?: Record<string, string>
  affinity?: Affinity
  tolerations?: Toleration[]
  restartPolicy?: string
  dnsPolicy?: string
  hostNetwork?: boolean
  terminationGracePeriodSeconds?: number
  schedulerName?: string
  topologySpreadConstraints?: unknown[]
  initContainers?: { name: string }[]
  containers?: {
    name: string
    image?: string
    ports?: { hostPort?: number }[]
  }[]
}

export interface Pod extends KubeObject {
  spec: PodSpec
  status?: {
    phase?: string
    reason?: string
    podIP?: string
    conditions?: Condition[]
    containerStatuses?: ContainerStatus[]
    initContainerStatuses?: ContainerStatus[]
  }
}

export interface PodTemplate {
  metadata?: Partial<ObjectMeta>
  spec: PodSpec
}

export interface ReplicaSet extends KubeObject {
  spec: { replicas?: number; selector: LabelSelector; template: PodTemplate; minReadySeconds?: number }
  status?: Record<string, unknown> & {
    replicas?: number
    readyReplicas?: number
    availableReplicas?: number
    observedGeneration?: number
  }
}

interface RollingUpdate {
  maxSurge?: number | string
  maxUnavailable?: number | string
}

export interface Deployment extends KubeObject {
  spec: {
    replicas?: number
    selector: LabelSelector
    template: PodTemplate
    strategy?: { type?: string; rollingUpdate?: RollingUpdate }
    paused?: boolean
  }
  status?: Record<string, unknown> & { conditions?: Condition[] }
}

export interface DaemonSet extends KubeObject {
  spec: {
    selector: LabelSelector
    template: PodTemplate
    updateStrategy?: { type?: string; rollingUpdate?: RollingUpdate }
  }
  status?: Record<string, unknown>
}

export interface Job extends KubeObject {
  spec: {
    parallelism?: number
    completions?: number
    backoffLimit?: number
    ttlSecondsAfterFinished?: number
    suspend?: boolean
    activeDeadlineSeconds?: number
    template: PodTemplate
  }
  status?: {
    active?: number
    succeeded?: number
    failed?: number
    ready?: number
    startTime?: string
    completionTime?: string
    conditions?: Condition[]
  }
}

export interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string
    leaseDurationSeconds?: number
    acquireTime?: string
    renewTime?: string
    leaseTransitions?: number
  }
}
