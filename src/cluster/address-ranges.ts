import { agentsIn } from './agent-groups.ts'
import { overlap, rangeSize } from './cidr.ts'
import type { Fault, Settings } from './settings.ts'

// kube-controller-manager's --node-cidr-mask-size-ipv4, which RKE2 leaves as it is. It ends at once when the whole range is smaller.
const NODE_PREFIX = 24

// RKE2 gives DNS the tenth address of the range.
const SMALLEST_SERVICES = 28

// kube-apiserver keeps a bitmap of 20 bits at most until 1.34 (DisableAllocatorDualWrite in its validation.go).
const LARGEST_SERVICES = 12
const WITHOUT_BITMAP = 34

/** What is wrong with the ranges of pods and services. Settings that have a fault of their own may be missing here. */
export const rangeFaults = (settings: Partial<Settings>): Fault[] =>
  [overlapping, podsTooSmall, servicesTooSmall, servicesTooLarge].flatMap((rule) => rule(settings) ?? [])

function overlapping({
  'cluster-cidr': pods,
  'service-cidr': services,
}: Partial<Settings>): Fault | undefined {
  if (pods === undefined || services === undefined || !overlap(pods, services)) return undefined
  return {
    input: 'service-cidr',
    message: `${services} overlaps cluster-cidr ${pods}: pods and services need ranges of their own, such as 10.42.0.0/16 and 10.43.0.0/16`,
  }
}

function podsTooSmall(settings: Partial<Settings>): Fault | undefined {
  const range = settings['cluster-cidr']
  if (range === undefined) return undefined
  const { servers = 0, 'node-groups': groups = [] } = settings
  const agents = groups.length ? agentsIn(groups) : (settings.agents ?? 0)
  const nodes = Math.max(servers + agents, 1)
  const room = Math.floor(2 ** (NODE_PREFIX - rangeSize(range)))
  if (room >= nodes) return undefined
  const enough = NODE_PREFIX - Math.ceil(Math.log2(nodes))
  return {
    input: 'cluster-cidr',
    message: `${range} holds ${room} nodes, as each gets a /${NODE_PREFIX} of it, and ${servers} servers and ${agents} agents are asked for: choose /${enough} or larger, such as ${enough < 16 ? `10.32.0.0/${enough}` : '10.42.0.0/16'}`,
  }
}

function servicesTooSmall({ 'service-cidr': range }: Partial<Settings>): Fault | undefined {
  if (range === undefined || rangeSize(range) <= SMALLEST_SERVICES) return undefined
  return {
    input: 'service-cidr',
    message: `${range} holds ${2 ** (32 - rangeSize(range))} addresses, and RKE2 gives its DNS the tenth: choose /${SMALLEST_SERVICES} or larger, such as 10.43.0.0/16`,
  }
}

function servicesTooLarge(settings: Partial<Settings>): Fault | undefined {
  const { 'service-cidr': range, 'rke2-version': version = '' } = settings
  const [, minor] = /^v1\.(\d+)/.exec(version) ?? []
  if (range === undefined || minor === undefined || Number(minor) >= WITHOUT_BITMAP) return undefined
  if (rangeSize(range) >= LARGEST_SERVICES) return undefined
  return {
    input: 'service-cidr',
    message: `${range} is larger than the /${LARGEST_SERVICES} that Kubernetes before 1.${WITHOUT_BITMAP} allows: choose /${LARGEST_SERVICES} or smaller, such as 10.43.0.0/16`,
  }
}
