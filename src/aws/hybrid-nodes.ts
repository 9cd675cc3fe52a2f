import {
  DeleteActivationCommand,
  DeregisterManagedInstanceCommand,
  paginateDescribeActivations,
  paginateDescribeInstanceInformation,
  type SSMClient,
} from '@aws-sdk/client-ssm'
import { tagKeys } from '../cluster/tags.ts'
import { unless } from './errors.ts'
import { isSought, type Leftover, type Search } from './leftover.ts'
import { tagsOf } from './tag-list.ts'

/** Permissions for machines outside EC2 to register. */
export async function findActivations(ssm: SSMClient, search: Search): Promise<Leftover[]> {
  const found: Leftover[] = []
  for await (const page of paginateDescribeActivations({ client: ssm }, {}))
    for (const { ActivationId: id = '', Tags } of page.ActivationList ?? [])
      found.push({ id, name: id, tags: tagsOf(Tags) })
  return found.filter(({ tags }) => isSought(tags, { cluster: search.cluster }))
}

/** The nodes that it let in stay: each is deregistered by itself. */
export async function deleteActivation(ssm: SSMClient, id: string): Promise<boolean> {
  await unless(
    ['InvalidActivation', 'InvalidActivationId'],
    ssm.send(new DeleteActivationCommand({ ActivationId: id })),
  )
  return true
}

const PAGE = 50

/**
 * Machines outside EC2 (mi-…) that carry a cluster's tag. Systems Manager shows no tags in its listing: of all clusters
 * at once it is not known which belongs to which, so they are looked for by name only.
 */
export async function findHybridNodes(ssm: SSMClient, { cluster }: Search): Promise<Leftover[]> {
  if (!cluster) return []
  const Filters = [{ Key: `tag:${tagKeys.cluster}`, Values: [cluster] }]
  const found: Leftover[] = []
  for await (const page of paginateDescribeInstanceInformation(
    { client: ssm },
    { Filters, MaxResults: PAGE },
  ))
    for (const { InstanceId: id = '', ResourceType, Name } of page.InstanceInformationList ?? [])
      if (ResourceType === 'ManagedInstance')
        found.push({ id, name: Name ? `${Name} (${id})` : id, tags: { [tagKeys.cluster]: cluster } })
  return found
}

export async function deregister(ssm: SSMClient, id: string): Promise<boolean> {
  await unless(['InvalidInstanceId'], ssm.send(new DeregisterManagedInstanceCommand({ InstanceId: id })))
  return true
}
