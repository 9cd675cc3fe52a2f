import { paginateDescribeInstanceInformation, type SSMClient } from '@aws-sdk/client-ssm'
import { BATCH, batches } from '../cluster/join-plan.ts'

/** Which of these instances SSM knows and calls online. That may be 5 minutes old: a command proves it. */
export async function onlineInstances(ssm: SSMClient, instanceIds: readonly string[]): Promise<Set<string>> {
  const online = new Set<string>()
  await Promise.all(
    batches(instanceIds).map(async (batch) => {
      const Filters = [{ Key: 'InstanceIds', Values: batch }]
      for await (const page of paginateDescribeInstanceInformation(
        { client: ssm },
        { Filters, MaxResults: BATCH },
      ))
        for (const known of page.InstanceInformationList ?? [])
          if (known.PingStatus === 'Online' && known.InstanceId) online.add(known.InstanceId)
    }),
  )
  return online
}
