import type { World } from '../world/world.ts'
import type { Cloud } from './cloud.ts'

/** Waits as long as AWS takes, shortened by the world's speed. Rejects when the cloud closes. */
export const delay = ({ clock, speed, signal }: World, seconds: number) =>
  clock.sleep((seconds * 1000) / speed, signal)

/** Work that goes on after the call was answered. A cloud that closes ends it silently; anything else is reported. */
export function inBackground(cloud: Cloud, work: () => Promise<void>): void {
  work().catch((error: unknown) => {
    if (!cloud.world.signal.aborted) cloud.report(error)
  })
}
