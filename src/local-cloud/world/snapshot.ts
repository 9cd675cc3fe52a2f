/** A snapshot of the account's own. No call makes one here: whoever starts the world lays it. */
export interface Snapshot {
  id: string
  volumeId: string
  sizeGib: number
  /** Milliseconds since the epoch. */
  startedAt: number
}
