import type { AwsClients } from '../../aws/clients.ts'
import {
  countBalancers,
  countEndpoints,
  countGateways,
  countSecurityGroups,
  countTargetGroups,
  countVpcs,
  cpusOfTypes,
  iamQuotas,
  runningByType,
  sizeOfGp3,
} from '../../aws/usage.ts'
import type { NewThings } from '../../cluster/new-things.ts'
import type { PlannedMachines } from '../../cluster/plan.ts'
import { QUOTAS, type QuotaName, vcpusByQuota } from '../../cluster/quota.ts'

/** What a run adds to a quota, and how to learn of it. */
export interface Addition {
  readonly quota: QuotaName
  readonly needed: number
  used(): Promise<number>
  /** What the account may have. */
  value(): Promise<number>
}

type Read = (quota: QuotaName) => Promise<number>

/** What new machines add: to the vCPUs of their classes and markets, as far as the classes are known here. */
export async function vcpuAdditions(
  { ec2 }: AwsClients,
  launches: readonly PlannedMachines[],
  read: Read,
): Promise<Addition[]> {
  if (!launches.length) return []
  const running = await runningByType(ec2)
  const wanted = { 'on-demand': new Map<string, number>(), spot: new Map<string, number>() }
  for (const { first, count } of launches) {
    const market = wanted[first.capacityType]
    market.set(first.instanceType, (market.get(first.instanceType) ?? 0) + count)
  }
  const types = [running, wanted].flatMap((each) => [...each['on-demand'].keys(), ...each.spot.keys()])
  const cpus = await cpusOfTypes(ec2, [...new Set(types)])
  const used = vcpusByQuota(running, cpus)
  return [...vcpusByQuota(wanted, cpus)].map(([quota, needed]) => ({
    ...{ quota, needed },
    used: async () => used.get(quota) ?? 0,
    value: () => read(quota),
  }))
}

const GIB_OF_TIB = 1024

/** What everything but the vCPUs adds. Only what is added to is asked about. */
export function otherAdditions({ ec2, elb, iam }: AwsClients, made: NewThings, read: Read): Addition[] {
  const counted = (quota: QuotaName, needed: number, used: () => Promise<number>): Addition => ({
    ...{ quota, needed, used },
    value: () => read(quota),
  })
  let asked: ReturnType<typeof iamQuotas> | undefined
  const ofIam = (kind: 'roles' | 'profiles'): Addition => {
    const told = async () => {
      asked ??= iamQuotas(iam)
      return (await asked)[kind]
    }
    return {
      ...{ quota: QUOTAS[kind], needed: made[kind] },
      used: async () => (await told()).used,
      value: async () => (await told()).value,
    }
  }
  const all = [
    counted(QUOTAS.balancers, made.balancers, () => countBalancers(elb)),
    counted(QUOTAS.targetGroups, made.targetGroups, () => countTargetGroups(elb)),
    counted(QUOTAS.securityGroups, made.securityGroups, () => countSecurityGroups(ec2)),
    // A group that is made has none yet.
    counted(QUOTAS.rules, made.balancerRules, async () => 0),
    counted(QUOTAS.vpcs, made.vpcs, () => countVpcs(ec2)),
    counted(QUOTAS.gateways, made.gateways, () => countGateways(ec2)),
    counted(QUOTAS.interfaceEndpoints, made.interfaceEndpoints, () => countEndpoints(ec2, made.vpcId)),
    counted(QUOTAS.gatewayEndpoints, made.gatewayEndpoints, () => countEndpoints(ec2, undefined)),
    {
      ...counted(QUOTAS.gp3, made.gp3Gib, () => sizeOfGp3(ec2)),
      value: async () => GIB_OF_TIB * (await read(QUOTAS.gp3)),
    },
    ofIam('roles'),
    ofIam('profiles'),
  ]
  return all.filter(({ needed }) => needed > 0)
}
