import { gibOf } from './disks.ts'
import { names } from './names.ts'
import type { PlannedMachines, PlannedResource, ResourceKind } from './plan.ts'
import { BALANCED_PORTS } from './port-matrix.ts'
import type { ClusterSpec } from './spec.ts'

/** How many things with a quota of their own a run makes, its machines' vCPUs aside. */
export interface NewThings {
  readonly balancers: number
  readonly targetGroups: number
  readonly securityGroups: number
  /** Of the load balancer's security group, where that is made. */
  readonly balancerRules: number
  readonly vpcs: number
  readonly gateways: number
  readonly roles: number
  readonly profiles: number
  /** Of that VPC. */
  readonly interfaceEndpoints: number
  readonly vpcId: string
  readonly gatewayEndpoints: number
  readonly gp3Gib: number
}

interface Wish {
  readonly spec: Pick<ClusterSpec, 'clusterName' | 'createVpc' | 'instanceProfile'>
  readonly launches: readonly PlannedMachines[]
  readonly network: { readonly vpcId: string; readonly cidrs: readonly string[] }
  readonly endpoints: { readonly services: readonly string[]; readonly gateways: readonly string[] }
  readonly allowedRanges: readonly string[]
}

/** Everything, as if nothing but the machines that stand were there yet. */
export function allNew({ spec, launches, network, endpoints, allowedRanges }: Wish): NewThings {
  const own = spec.instanceProfile ? 0 : 1
  const vpc = spec.createVpc && !network.vpcId ? 1 : 0
  return {
    balancers: 1,
    targetGroups: BALANCED_PORTS.length,
    securityGroups: endpoints.services.length ? 3 : 2,
    balancerRules: BALANCED_PORTS.length * new Set([...network.cidrs, ...allowedRanges]).size,
    vpcs: vpc,
    gateways: spec.createVpc ? 1 : 0,
    roles: own,
    profiles: own,
    interfaceEndpoints: endpoints.services.length,
    vpcId: network.vpcId,
    gatewayEndpoints: endpoints.gateways.length,
    gp3Gib: launches.reduce((sum, { count, disks }) => sum + count * gibOf(disks), 0),
  }
}

/** Those of them that are not there yet. */
export function stillNew(wish: Wish, resources: readonly PlannedResource[]): NewThings {
  const made = resources.filter(({ change }) => change === 'create')
  const missing = (kind: ResourceKind) => made.filter((one) => one.kind === kind).length
  const balancerGroup = names.balancerSecurityGroup(wish.spec.clusterName)
  const all = allNew(wish)
  return {
    ...all,
    balancers: missing('network load balancer'),
    targetGroups: missing('target group and listener'),
    securityGroups: missing('security group'),
    balancerRules: made.some(({ kind, name }) => kind === 'security group' && name === balancerGroup)
      ? all.balancerRules
      : 0,
    vpcs: missing('VPC'),
    gateways: missing('internet gateway'),
    roles: missing('role'),
    profiles: missing('instance profile'),
  }
}
