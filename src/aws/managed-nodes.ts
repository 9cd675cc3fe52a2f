import { paginateDescribeInstanceInformation, type SSMClient } from '@aws-sdk/client-ssm'
import { batches } from '../kit/batches.ts'

// The most that SSM puts on a page.
const PAGE = 50

/** Which of these instances SSM knows and calls online. That may be 5 minutes old: a command proves it. */
export async function onlineInstances(ssm: SSMClient, instanceIds: readonly string[]): Promise<Set<string>> {
  const online = new Set<string>()
  await Promise.all(
    batches(instanceIds, PAGE).map(async (batch) => {
      const Filters = [{ Key: 'InstanceIds', Values: batch }]
      for await (const page of paginateDescribeInstanceInformation(
        { client: ssm },
        { Filters, MaxResults: PAGE },
      ))
        for (const known of page.InstanceInformationList ?? [])
          if (known.PingStatus === 'Online' && known.InstanceId) online.add(known.InstanceId)
    }),
  )
  return online
}
