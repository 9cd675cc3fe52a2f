import type { EndedStep, Kit } from '../kit/define-action.ts'

/**
 * What the actions do, with the clients of AWS. Loaded once the inputs are known to be right: it is two thirds of the program,
 * and an error in an input is told without it.
 */
export const runs = () => import('../runs/all-runs.ts')

/** The post step of every action that brings a cluster up. */
export const endJob = async (kit: Kit, step: EndedStep<Readonly<Record<string, unknown>>>): Promise<void> =>
  (await runs()).endJob(kit, step)
