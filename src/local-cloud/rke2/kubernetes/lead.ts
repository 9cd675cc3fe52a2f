import * as z from 'zod'
import { type Scale, sleep } from '../timing.ts'
import { type ApiClient, ApiError, type KubernetesObject } from './api-client.ts'
import { collectionPath, createUnlessThere, find } from './resources.ts'

const lease = z.looseObject({
  metadata: z.looseObject({ name: z.string(), resourceVersion: z.string() }),
  spec: z
    .looseObject({
      holderIdentity: z.string().optional(),
      leaseDurationSeconds: z.number().optional(),
      renewTime: z.string().optional(),
      leaseTransitions: z.number().optional(),
    })
    .optional(),
})

// RKE2's own leases last 45 s (as observed on v1.35.0+rke2r1); wrangler renews at a third of it.
const LEASE_SECONDS = 45
const LEASES = collectionPath('coordination.k8s.io/v1', 'Lease', 'kube-system')

const microTime = () => new Date().toISOString().replace('Z', '000Z')

export interface Leadership {
  held: boolean
}

/**
 * Stands for the lease `name` in kube-system as `holder` until `signal` aborts. The answer's `held` is true while it leads.
 * A holder's silence is timed by our own clock, as client-go does, so clocks of nodes may differ.
 */
export function lead(
  api: ApiClient,
  name: string,
  holder: string,
  scale: Scale,
  signal: AbortSignal,
  leaseSeconds = LEASE_SECONDS,
): Leadership {
  const state = { held: false, seen: '', seenAt: 0 }
  const durationMs = scale(leaseSeconds, 2_000)
  const attempt = async () => {
    const found = await find(api, `${LEASES}/${name}`)
    if (!found) {
      await createUnlessThere(api, LEASES, fresh(name, holder, durationMs))
      return
    }
    const { metadata, spec = {} } = lease.parse(found)
    const mine = spec.holderIdentity === holder
    if (!mine && spec.renewTime !== state.seen) {
      state.seen = spec.renewTime ?? ''
      state.seenAt = performance.now()
    }
    const expired = performance.now() - state.seenAt > durationMs
    if (!mine && spec.holderIdentity && !expired) {
      state.held = false
      return
    }
    const transitions = (spec.leaseTransitions ?? 0) + (mine ? 0 : 1)
    await api.request('PUT', `${LEASES}/${name}`, {
      ...found,
      metadata: { ...found.metadata, resourceVersion: metadata.resourceVersion },
      spec: {
        ...spec,
        holderIdentity: holder,
        renewTime: microTime(),
        leaseTransitions: transitions,
        ...(mine ? {} : { acquireTime: microTime() }),
      },
    })
    state.held = true
  }
  void (async () => {
    while (!signal.aborted) {
      try {
        await attempt()
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        // A lost race means somebody else leads; a lost server means that nobody can know.
        state.held = false
      }
      await sleep(Math.max(durationMs / 3, 500))
    }
  })()
  return state
}

function fresh(name: string, holder: string, durationMs: number): KubernetesObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-system' },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      acquireTime: microTime(),
      renewTime: microTime(),
      leaseTransitions: 0,
    },
  }
}
