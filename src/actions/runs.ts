/**
 * What the actions do, with the clients of AWS. Loaded once the inputs are known to be right: it is two thirds of the program,
 * and an error in an input is told without it.
 */
export const runs = () => import('../runs/all-runs.ts')
