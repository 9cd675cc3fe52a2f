import { randomUUID } from 'node:crypto'
import type { Lease } from './kubernetes.ts'
import type { Cache } from './store/cache.ts'
import type { Objects } from './store/objects.ts'
import { builtin, keyOf } from './store/resources.ts'

/** Milliseconds. */
export interface ElectionTiming {
  retry: number
  /** A leader that could not renew for so long stops working. */
  renewDeadline: number
  /** A lease not renewed for so long is taken over. */
  takeover: number
}

/** Kubernetes: 15 s, 10 s, 2 s. The floors hold on a busy machine with two cores. */
export const electionTiming = (speed: number): ElectionTiming => ({
  retry: Math.max(2_000 / speed, 500),
  renewDeadline: Math.max(10_000 / speed, 2_000),
  takeover: Math.max(15_000 / speed, 3_000),
})

const LEASE_SECONDS = 15
export const NAMESPACE = 'kube-system'

export type LeaseMove = 'create' | 'renew' | 'take over' | 'wait'

/** What a candidate does about a lease that it has seen unchanged for `unchangedMs`. */
export function decideLease(
  lease: Lease | undefined,
  identity: string,
  unchangedMs: number,
  takeoverMs: number,
): LeaseMove {
  if (!lease) return 'create'
  const holder = lease.spec?.holderIdentity
  if (holder === identity) return 'renew'
  return !holder || unchangedMs > takeoverMs ? 'take over' : 'wait'
}

/** The lease as its next holder writes it. */
export function heldLease(lease: Lease, identity: string, now: string): Lease {
  const { holderIdentity, acquireTime = now, leaseTransitions = 0 } = lease.spec ?? {}
  const isRenewal = holderIdentity === identity
  return {
    ...lease,
    spec: {
      ...lease.spec,
      holderIdentity: identity,
      leaseDurationSeconds: LEASE_SECONDS,
      acquireTime: isRenewal ? acquireTime : now,
      renewTime: now,
      leaseTransitions: isRenewal || !holderIdentity ? leaseTransitions : leaseTransitions + 1,
    },
  }
}

/** Kubernetes' MicroTime. */
export const microTime = () => new Date().toISOString().replace('Z', '000Z')

export const newLease = (name: string): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name },
  spec: {},
})

export interface Election {
  objects: Objects
  cache: Cache
  /** The lease's name in kube-system. */
  name: string
  hostname: string
  timing: ElectionTiming
  /** Called whenever this candidate becomes the leader; `signal` is aborted when it no longer is. */
  lead: (signal: AbortSignal) => void
  signal: AbortSignal
}

/** Takes part in the election for a lease until `signal` is aborted, under a new identity HOSTNAME_uuid. */
export async function runElection({
  objects,
  cache,
  name,
  hostname,
  timing,
  lead,
  signal,
}: Election): Promise<void> {
  const identity = `${hostname}_${randomUUID()}`
  const ref = { resource: builtin('leases'), namespace: NAMESPACE, name }
  const key = keyOf(ref.resource, NAMESPACE, name)
  let seen = { version: '', at: performance.now() }
  let term: AbortController | undefined
  let watchdog: NodeJS.Timeout | undefined

  const stepDown = () => {
    clearTimeout(watchdog)
    term?.abort()
    term = undefined
  }
  const won = () => {
    clearTimeout(watchdog)
    watchdog = setTimeout(stepDown, timing.renewDeadline)
    if (term) return
    term = new AbortController()
    lead(term.signal)
  }

  const attempt = async () => {
    const lease = cache.get(key) as Lease | undefined
    const version = lease?.metadata.resourceVersion ?? ''
    if (version !== seen.version) seen = { version, at: performance.now() }
    const move = decideLease(lease, identity, performance.now() - seen.at, timing.takeover)
    if (move === 'wait') return stepDown()
    if (move === 'create')
      await objects.create(ref.resource, heldLease(newLease(name), identity, microTime()), NAMESPACE)
    else
      await objects.update(ref, (current) => {
        // A stale cache must not take a lease that another candidate has renewed or taken since.
        if (current.metadata.resourceVersion !== version) throw new Error('the lease has changed')
        return heldLease(current as Lease, identity, microTime())
      })
    won()
  }

  while (!signal.aborted) {
    // Lost races and an etcd without quorum alike: try again; the watchdog ends a term that can't be renewed.
    await attempt().catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, timing.retry))
  }
  stepDown()
}
