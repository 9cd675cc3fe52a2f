import { createHash } from 'node:crypto'
import { arch, release } from 'node:os'
import type { NodeConfig } from '../config/node-config.ts'
import type { KubernetesObject } from '../kubernetes/api-client.ts'

export interface Machine {
  cpus: number
  memoryKib: number
  machineId: string
  bootId: string
  osImage: string
}

export interface Taint {
  key: string
  value?: string
  effect: string
}

/** `key=value:Effect`, `key:Effect`, `key=:Effect`. */
export function parseTaint(text: string): Taint {
  const [rest = '', effect = ''] = text.split(/:(?=[^:]*$)/)
  const [key = '', value] = rest.split('=')
  return { key, ...(value ? { value } : {}), effect }
}

/** What a kubelet registers: its labels and taints, and the two taints that the cloud provider and the lifecycle controller take away. */
export function newNode(config: NodeConfig, machine: Machine, version: string): KubernetesObject {
  const cpu = arch() === 'arm64' ? 'arm64' : 'amd64'
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: config.nodeName,
      annotations: {
        ...rke2Annotations(config),
        'alpha.kubernetes.io/provided-node-ip': config.nodeIp,
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
      labels: {
        'beta.kubernetes.io/arch': cpu,
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': cpu,
        'kubernetes.io/hostname': config.nodeName,
        'kubernetes.io/os': 'linux',
        ...config.labels,
      },
    },
    spec: {
      taints: [
        { key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' },
        { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
        ...config.taints.map(parseTaint),
      ],
    },
    status: nodeStatus(config, machine, version),
  }
}

function nodeStatus(config: NodeConfig, machine: Machine, version: string): Record<string, unknown> {
  const resources = {
    cpu: String(machine.cpus),
    'ephemeral-storage': '20961280Ki',
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: `${machine.memoryKib}Ki`,
    pods: '110',
  }
  return {
    addresses: [
      { type: 'InternalIP', address: config.nodeIp },
      { type: 'Hostname', address: config.nodeName },
    ],
    capacity: resources,
    allocatable: resources,
    conditions: [],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: arch() === 'arm64' ? 'arm64' : 'amd64',
      bootID: machine.bootId,
      containerRuntimeVersion: 'containerd://2.1.5-k3s1',
      kernelVersion: release(),
      kubeProxyVersion: '',
      kubeletVersion: version,
      machineID: machine.machineId,
      operatingSystem: 'linux',
      osImage: machine.osImage,
      systemUUID: machine.machineId,
    },
  }
}

export interface Condition {
  type: string
  status: 'True' | 'False'
  reason: string
  message: string
}

const NO_CNI =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'

/** The kubelet's four conditions. Ready depends on the pod network alone: everything else of a sandbox is always well. */
export function kubeletConditions(networkReady: boolean): Condition[] {
  const ready: Condition = networkReady
    ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: NO_CNI }
  return [
    {
      type: 'MemoryPressure',
      status: 'False',
      reason: 'KubeletHasSufficientMemory',
      message: 'kubelet has sufficient memory available',
    },
    {
      type: 'DiskPressure',
      status: 'False',
      reason: 'KubeletHasNoDiskPressure',
      message: 'kubelet has no disk pressure',
    },
    {
      type: 'PIDPressure',
      status: 'False',
      reason: 'KubeletHasSufficientPID',
      message: 'kubelet has sufficient PID available',
    },
    ready,
  ]
}

/** Puts `fresh` conditions into `present`, keeping others' (EtcdIsVoter, NetworkUnavailable) and the time of the last change. */
export function mergeConditions(
  present: readonly Record<string, unknown>[],
  fresh: readonly Condition[],
  now: string,
): Record<string, unknown>[] {
  const types = new Set(fresh.map(({ type }) => type))
  const others = present.filter(({ type }) => !types.has(String(type)))
  const updated = fresh.map((condition) => {
    const before = present.find(({ type }) => type === condition.type)
    const changed = before?.['status'] !== condition.status
    return {
      ...condition,
      lastHeartbeatTime: now,
      lastTransitionTime: changed ? now : before?.['lastTransitionTime'],
    }
  })
  return [...others, ...updated]
}

/** RKE2's own notes on a node: what it was started with, secrets masked. */
export function rke2Annotations(config: NodeConfig): Record<string, string> {
  const nodeArgs = JSON.stringify(config.nodeArgs)
  return {
    'rke2.io/hostname': config.nodeName,
    'rke2.io/internal-ip': config.nodeIp,
    'rke2.io/node-args': nodeArgs,
    'rke2.io/node-env': '{}',
    'rke2.io/node-config-hash': base32(createHash('sha256').update(nodeArgs).digest()),
  }
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648, padded: as RKE2 writes the hash of a node's configuration. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const digits = (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)])
  return digits.join('').padEnd(Math.ceil(digits.length / 8) * 8, '=')
}
