/** What EC2 lets one account launch in a region: a bucket of requests and one of instances, refilled each second. */
const REQUESTS = { capacity: 5, refill: 2 }
const INSTANCES = { capacity: 1000, refill: 2 }

/**
 * When each launch of a row should begin, in seconds from the first, so that EC2's token buckets for RunInstances hold them all
 * ("Request throttling for the Amazon EC2 API"). Its refusal would be tried again anyway, but a bucket is shared with all
 * that the account launches beside us.
 * @param counts instances of each launch
 */
export function launchPace(counts: readonly number[]): number[] {
  let instances = 0
  return counts.map((count, at) => {
    instances += count
    return Math.max(0, late(at + 1, REQUESTS), late(instances, INSTANCES))
  })
}

const late = (taken: number, { capacity, refill }: typeof REQUESTS) => (taken - capacity) / refill
