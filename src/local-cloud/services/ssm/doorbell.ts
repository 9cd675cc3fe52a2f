/** Lets a long poll end the moment there is something for it. */
export interface Doorbell {
  ring(instanceId: string): void
  /** Resolves when it rings for the instance, after `milliseconds`, when the cloud closes, or when who waits has `left`. */
  wait(instanceId: string, milliseconds: number, left?: AbortSignal): Promise<void>
}

export function createDoorbell(closing: AbortSignal): Doorbell {
  const waiting = new Map<string, Set<() => void>>()
  closing.addEventListener('abort', () => {
    for (const sleepers of waiting.values()) for (const wake of sleepers) wake()
  })
  return {
    ring(instanceId) {
      for (const wake of waiting.get(instanceId) ?? []) wake()
    },
    wait(instanceId, milliseconds, left) {
      const sleepers = waiting.get(instanceId) ?? new Set()
      waiting.set(instanceId, sleepers)
      return new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer)
          sleepers.delete(wake)
          left?.removeEventListener('abort', wake)
          resolve()
        }
        const timer = setTimeout(wake, milliseconds)
        sleepers.add(wake)
        left?.addEventListener('abort', wake)
      })
    },
  }
}
