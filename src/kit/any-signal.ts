import { setMaxListeners } from 'node:events'

/** Aborted as soon as one of them is. Every wait of every phase may listen: Node takes more than ten listeners for a leak. */
export function anySignal(...signals: readonly AbortSignal[]): AbortSignal {
  const signal = AbortSignal.any([...signals])
  setMaxListeners(0, signal)
  return signal
}
