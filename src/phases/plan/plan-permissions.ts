import { type DryRun, tryCreateSecurityGroup, tryCreateVpc, tryLaunch } from '../../aws/dry-run.ts'
import { findSecurityGroups } from '../../aws/security-groups.ts'
import { names } from '../../cluster/names.ts'
import type { PlannedMachines, PlannedResource } from '../../cluster/plan.ts'
import { clusterTags, launchTags, type Tags } from '../../cluster/tags.ts'
import type { Context } from '../context.ts'
import { ownership } from '../ownership.ts'
import type { Choice } from '../provision/choose-machines.ts'

/** A call that a run would make, asked of EC2 with DryRun. */
export interface TriedCall extends DryRun {
  readonly call: string
}

interface Planned {
  readonly choice: Choice
  readonly launches: readonly PlannedMachines[]
  readonly resources: readonly PlannedResource[]
}

/** Tries the calls that cost money or come first, one for each kind of launch. EC2 carries none of them out. */
export async function planPermissions(context: Context, plan: Planned): Promise<TriedCall[]> {
  const { aws, spec } = context
  const tags = clusterTags(await ownership(context))
  // Where the VPC is not made yet, what would stand in it can't be tried.
  if (!plan.choice.network.vpcId) {
    const wish = { name: names.vpc(spec.clusterName), cidr: spec.vpcCidr, tags }
    return [{ call: `ec2:CreateVpc ${spec.vpcCidr}`, ...(await tryCreateVpc(aws.ec2, wish)) }]
  }
  const tried = await Promise.all([triedGroups(context, plan, tags), triedLaunches(context, plan, tags)])
  return tried.flat()
}

function triedGroups({ aws }: Context, { choice, resources }: Planned, tags: Tags): Promise<TriedCall[]> {
  const groups = resources.filter(({ kind, change }) => kind === 'security group' && change === 'create')
  return Promise.all(
    groups.map(async ({ name }) => ({
      call: `ec2:CreateSecurityGroup ${name}`,
      ...(await tryCreateSecurityGroup(aws.ec2, { name, vpcId: choice.network.vpcId, tags })),
    })),
  )
}

async function triedLaunches(
  { aws, spec }: Context,
  { choice, launches }: Planned,
  tags: Tags,
): Promise<TriedCall[]> {
  const groups = await findSecurityGroups(aws.ec2, { cluster: spec.clusterName })
  const nodesGroup = groups.find(({ name }) => name === names.nodesSecurityGroup(spec.clusterName))
  const { rke2Version } = choice
  return Promise.all(
    onePerKind(launches).map(async (launch) => ({
      call: `ec2:RunInstances ${launch.role} ${launch.first.instanceType}`,
      ...(await tryLaunch(aws.ec2, {
        count: launch.count,
        fewest: 1,
        capacityType: launch.first.capacityType,
        imageId: imageOf(choice, launch),
        disks: launch.disks,
        hopLimit: spec.metadataHopLimit,
        instanceType: launch.first.instanceType,
        subnetId: choice.network.subnets.find(({ zone }) => zone === launch.first.zone)?.id ?? '',
        securityGroupId: nodesGroup?.id ?? '',
        instanceProfile: spec.instanceProfile ?? '',
        tags: { ...tags, ...launchTags({ ...launch, plannedZone: undefined, rke2Version, wanted: spec }) },
      })),
    })),
  )
}

/** The largest launch of each role and type: a smaller one is not refused where that one is allowed. */
function onePerKind(launches: readonly PlannedMachines[]): PlannedMachines[] {
  const largest = new Map<string, PlannedMachines>()
  for (const launch of launches) {
    const kind = `${launch.role} ${launch.first.instanceType} ${launch.first.capacityType}`
    if (launch.count > (largest.get(kind)?.count ?? 0)) largest.set(kind, launch)
  }
  return [...largest.values()]
}

const imageOf = ({ pools }: Choice, launch: PlannedMachines): string =>
  pools.find(({ role, group }) => role === launch.role && group === launch.group)?.imageFound.id ?? ''
