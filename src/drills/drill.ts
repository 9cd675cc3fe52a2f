import type { Verdict } from '../checks/check.ts'
import type { World } from '../checks/world.ts'

/** A check that breaks something on purpose, measures, and heals it. */
export interface Drill {
  /** Kebab-case, also the file name. */
  readonly name: string
  readonly claim: string
  /**
   * Runs only when every check passed. Heals what it broke, also when it throws or is aborted.
   * @param longestWriteGap seconds
   */
  run(world: World, longestWriteGap: number): Promise<Verdict>
}
