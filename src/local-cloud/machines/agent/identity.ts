import type { Credentials } from './sign.ts'

/** Who the machine is to Systems Manager. */
export interface Identity {
  /** `i-…`, or `mi-…` outside EC2 */
  nodeId: string
  region: string
  /** Nothing outside EC2. */
  availabilityZone: string | undefined
  availabilityZoneId: string | undefined
  /** Makes the machine known, when it is not yet. */
  register(): Promise<void>
  /** A role's keys, renewed before they expire. */
  credentials(): Promise<Credentials>
  /** The service did not take them. */
  discardCredentials(): void
}

/** Keeps what `fetch` gave until `renewAt` has passed, or it is discarded. */
export function keepCredentials(fetch: () => Promise<Credentials & { renewAt: number }>) {
  let kept: (Credentials & { renewAt: number }) | undefined
  return {
    async credentials(): Promise<Credentials> {
      if (!kept || kept.renewAt <= Date.now()) kept = await fetch()
      return kept
    },
    discardCredentials() {
      kept = undefined
    },
  }
}
