import type { Context } from './context.ts'

/** A step that changes the world. It looks first whether its work is done, so it can run again at any time. */
export interface Phase {
  /** Its name in the log, also that of its action. */
  readonly name: string
  run(context: Context): Promise<void>
}

/** Runs phases one after another; each line of theirs names the phase, and each ends with its duration. */
export async function runPhases(phases: readonly Phase[], context: Context): Promise<void> {
  for (const phase of phases) {
    const log = context.log.scoped(phase.name)
    const started = context.clock.now()
    const seconds = () => ((context.clock.now() - started) / 1000).toFixed(1)
    try {
      await phase.run({ ...context, log })
    } catch (error) {
      // The error itself comes at the end, once; phases that overlap go on until then.
      log.info(`failed after ${seconds()} s`)
      throw error
    }
    log.info(`✓ done in ${seconds()} s`)
  }
}
