import { paginateDescribeInstanceInformation, type SSMClient } from '@aws-sdk/client-ssm'
import { batches } from '../kit/batches.ts'

// The most that SSM puts on a page.
const PAGE = 50

/** Which of these instances SSM knows and calls online. That may be 5 minutes old: a command proves it. */
export async function onlineInstances(ssm: SSMClient, instanceIds: readonly string[]): Promise<Set<string>> {
  const known = await managedInstances(ssm, instanceIds)
  return new Set([...known].filter(([, { online }]) => online).map(([id]) => id))
}

/** Those of these instances whose agent has ever shown itself to SSM, by id. One that is off stays known. */
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
