import {
  type EC2Client,
  type InstanceTypeInfo,
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeInstanceTypes,
} from '@aws-sdk/client-ec2'
import { architectureOf } from '../cluster/image.ts'
import type { TypeFacts } from '../cluster/machine-pools.ts'

/** What the region knows of these instance types, by name; those that it doesn't have are missing. */
export async function describeTypes(
  ec2: EC2Client,
  names: readonly string[],
): Promise<ReadonlyMap<string, TypeFacts>> {
  // By filter: asked by name, EC2 refuses all when one doesn't exist.
  const Filters = [{ Name: 'instance-type', Values: [...new Set(names)] }]
  const [zones, types] = await Promise.all([zonesByType(ec2, Filters), typesOf(ec2, Filters)])
  return new Map(
    types.map((type) => [
      type.InstanceType ?? '',
      {
        architecture: supported(type),
        spot: type.SupportedUsageClasses?.includes('spot') ?? false,
        zones: zones.get(type.InstanceType ?? '') ?? [],
      },
    ]),
  )
}

type Filters = { Name: string; Values: string[] }[]

const supported = ({ ProcessorInfo }: InstanceTypeInfo) =>
  (ProcessorInfo?.SupportedArchitectures ?? []).map(architectureOf).find((name) => name !== undefined)

async function typesOf(client: EC2Client, Filters: Filters): Promise<InstanceTypeInfo[]> {
  const found: InstanceTypeInfo[] = []
  for await (const page of paginateDescribeInstanceTypes({ client }, { Filters }))
    found.push(...(page.InstanceTypes ?? []))
  return found
}

async function zonesByType(client: EC2Client, Filters: Filters): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  const asked = { LocationType: 'availability-zone', Filters } as const
  for await (const page of paginateDescribeInstanceTypeOfferings({ client }, asked))
    for (const { InstanceType = '', Location = '' } of page.InstanceTypeOfferings ?? [])
      found.set(InstanceType, [...(found.get(InstanceType) ?? []), Location])
  return found
}
