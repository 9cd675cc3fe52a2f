import {
  ListCommandInvocationsCommand,
  paginateDescribeInstanceInformation,
  type SSMClient,
} from '@aws-sdk/client-ssm'
import { batches } from '../kit/batches.ts'
import { unless } from './errors.ts'

// The most that SSM puts on a page.
const PAGE = 50

/** Which of these instances SSM knows and calls online. That may be 5 minutes old: a command proves it. */
export async function onlineInstances(ssm: SSMClient, instanceIds: readonly string[]): Promise<Set<string>> {
  const known = await managedInstances(ssm, instanceIds)
  return new Set([...known].filter(([, { online }]) => online).map(([id]) => id))
}

/**
 * Those of these instances that SSM shows, by id. It hides one that is off, and then until its agent reports again
 * (DescribeInstanceInformation, API reference).
 */
export async function managedInstances(
  ssm: SSMClient,
  instanceIds: readonly string[],
): Promise<Map<string, { online: boolean }>> {
  const known = new Map<string, { online: boolean }>()
  await Promise.all(
    batches(instanceIds, PAGE).map(async (batch) => {
      const Filters = [{ Key: 'InstanceIds', Values: batch }]
      for await (const page of paginateDescribeInstanceInformation(
        { client: ssm },
        { Filters, MaxResults: PAGE },
      ))
        for (const { InstanceId: id, PingStatus } of page.InstanceInformationList ?? [])
          if (id) known.set(id, { online: PingStatus === 'Online' })
    }),
  )
  return known
}

/** Those of these instances that a command was sent to in the last 30 days, which is as long as SSM remembers. */
export async function commandedInstances(
  ssm: SSMClient,
  instanceIds: readonly string[],
): Promise<Set<string>> {
  const commanded = new Set<string>()
  for (const InstanceId of instanceIds) {
    const sent = ssm.send(new ListCommandInvocationsCommand({ InstanceId, MaxResults: 1 }))
    // SSM may not know one that has never registered.
    const answer = await unless(['InvalidInstanceId'], sent)
    if (answer?.CommandInvocations?.length) commanded.add(InstanceId)
  }
  return commanded
}
