import { createHash, randomUUID } from 'node:crypto'
import { microTime, NAMESPACE, newLease } from './leases.ts'
import type { Objects } from './store/objects.ts'
import { builtin } from './store/resources.ts'

/** `apiserver-` and 26 letters of base32 that stand for the host, the same after a restart: the form of k8s.io/apiserver. */
export function apiServerLeaseName(hostname: string): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  const bits = [...createHash('sha256').update(hostname).digest().subarray(0, 16)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
  const letters = bits.match(/.{1,5}/g) ?? []
  return `apiserver-${letters.map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')}`
}

/** Kubernetes renews an API server's identity each 10 s; it lasts an hour. */
const IDENTITY_RENEW_MS = 10_000
const IDENTITY_SECONDS = 3_600

/** Keeps the lease by which an API server is counted. */
export async function keepIdentityLease(
  objects: Objects,
  hostname: string,
  speed: number,
  signal: AbortSignal,
): Promise<void> {
  const resource = builtin('leases')
  const name = apiServerLeaseName(hostname)
  const holderIdentity = `${name}_${randomUUID()}`
  const labels = { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': hostname }
  const spec = () => ({ holderIdentity, leaseDurationSeconds: IDENTITY_SECONDS, renewTime: microTime() })
  const renew = () =>
    objects
      .update({ resource, namespace: NAMESPACE, name }, (lease) => ({ ...lease, spec: spec() }))
      .catch(() =>
        objects.create(resource, { ...newLease(name), metadata: { name, labels }, spec: spec() }, NAMESPACE),
      )
  // As Kubernetes 1.35 does, so that nobody takes the one from before a restart for a living server's.
  await objects.delete({ resource, namespace: NAMESPACE, name }).catch(() => undefined)
  while (!signal.aborted) {
    const isRenewed = await renew().then(
      () => true,
      () => false,
    )
    const pause = isRenewed ? Math.max(IDENTITY_RENEW_MS / speed, 2_000) : 300
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
