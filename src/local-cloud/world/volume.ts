export interface Volume {
  id: string
  zone: string
  sizeGib: number
  type: string
  device: string
  encrypted: boolean
  deleteOnTermination: boolean
  /** undefined: available */
  instanceId: string | undefined
  /** Milliseconds since the epoch. */
  createdAt: number
}
