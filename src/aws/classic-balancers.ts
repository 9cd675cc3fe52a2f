import {
  DeleteLoadBalancerCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingClient,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing'
import type { Leftover, Search } from './leftover.ts'
import { sought, type Untagged } from './tagged-balancers.ts'

/** AWS knows them by name. */
export async function findClassicBalancers(
  client: ElasticLoadBalancingClient,
  search: Search,
): Promise<Leftover[]> {
  const all: Untagged[] = []
  for await (const page of paginateDescribeLoadBalancers({ client }, {}))
    for (const { LoadBalancerName: id = '' } of page.LoadBalancerDescriptions ?? [])
      all.push({ id, name: id })
  return sought(all, search, async (LoadBalancerNames) => {
    const { TagDescriptions = [] } = await client.send(new DescribeTagsCommand({ LoadBalancerNames }))
    return TagDescriptions.map(({ LoadBalancerName: id, Tags }) => ({ id, Tags }))
  })
}

/** Succeeds too where it is gone already. */
export async function deleteClassicBalancer(client: ElasticLoadBalancingClient, name: string): Promise<void> {
  await client.send(new DeleteLoadBalancerCommand({ LoadBalancerName: name }))
}
