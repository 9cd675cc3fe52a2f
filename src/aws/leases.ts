import { PutParameterCommand, paginateGetParametersByPath, type SSMClient } from '@aws-sdk/client-ssm'
import { type Lease, type LeaseText, leaseText } from '../cluster/lease.ts'
import { names } from '../cluster/names.ts'
import type { Tags } from '../cluster/tags.ts'
import { UserError } from '../kit/errors.ts'
import { unless } from './errors.ts'
import { deleteParameters } from './parameters.ts'
import { tagList } from './tag-list.ts'

/** All leases of a cluster, the newest last. @throws UserError for one that nobody of ours wrote */
export async function readLeases(ssm: SSMClient, cluster: string): Promise<Lease[]> {
  const leases: Lease[] = []
  for await (const page of paginateGetParametersByPath({ client: ssm }, { Path: names.leases(cluster) }))
    for (const { Name = '', Value = '', LastModifiedDate } of page.Parameters ?? [])
      leases.push({
        number: Number(Name.slice(Name.lastIndexOf('/') + 1)),
        text: textOf(Name, Value),
        writtenAt: LastModifiedDate?.getTime() ?? 0,
      })
  return leases.toSorted((a, b) => a.number - b.number)
}

function textOf(name: string, value: string): LeaseText {
  try {
    return leaseText.parse(JSON.parse(value))
  } catch {
    throw new UserError(`the parameter ${name} should say who works with the cluster, and can't be read`, {
      hint: 'Look who wrote it, and delete it when nobody works with the cluster.',
    })
  }
}

/** Makes a lease, which only one run can do for each number. Says whether it was this one. */
export async function createLease(
  ssm: SSMClient,
  cluster: string,
  lease: { number: number; text: LeaseText; tags: Tags },
): Promise<boolean> {
  const made = await unless(
    ['ParameterAlreadyExists'],
    ssm.send(
      new PutParameterCommand({
        Name: names.lease(cluster, lease.number),
        Type: 'String',
        Value: JSON.stringify(lease.text),
        Description: 'Who works with an RKE2 cluster',
        Tags: tagList(lease.tags),
      }),
    ),
  )
  return made !== undefined
}

/** Writes a lease anew, from when it counts again. */
export async function renewLease(
  ssm: SSMClient,
  cluster: string,
  number: number,
  text: LeaseText,
): Promise<void> {
  await ssm.send(
    new PutParameterCommand({
      Name: names.lease(cluster, number),
      Type: 'String',
      Value: JSON.stringify(text),
      Overwrite: true,
    }),
  )
}

export const deleteLeases = (ssm: SSMClient, cluster: string, numbers: readonly number[]): Promise<void> =>
  deleteParameters(
    ssm,
    numbers.map((number) => names.lease(cluster, number)),
  )
