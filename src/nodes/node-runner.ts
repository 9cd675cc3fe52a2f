import type * as z from 'zod'

/** Run Command takes 50 targets at once. */
export const BATCH = 50

/** A node as phases know it. `name` is its RKE2 node name. */
export interface NodeAddress {
  instanceId: string
  name: string
}

/**
 * A shell file and its data. Settings reach the file as quoted environment and are readable in Run Command's history
 * for 30 days: never a secret. The file ends by printing one line of JSON, which `answer` checks.
 */
export interface Script<Answer> {
  name: string
  body: string
  settings: Readonly<Record<string, string>>
  answer: z.ZodType<Answer>
  /** After so many seconds of running, the agent kills it. At least 5. */
  timeoutSeconds: number
  /** Changes nothing and doesn't wait: its answer holds until something is done. */
  looks?: boolean
}

export type Outcome<Answer> =
  | { node: NodeAddress; ok: true; answer: Answer }
  | { node: NodeAddress; ok: false; exitCode: number; reason: string; output: string }

/** Makes machines do something. A script that fails is an outcome, not an exception: the phase decides. */
export interface NodeRunner {
  /**
   * Runs on all `nodes` at once, in batches of at most 50, and answers for each in the order given.
   * @throws UserError only when it cannot ask (no permission, a node that isn't managed).
   */
  run<Answer>(script: Script<Answer>, nodes: readonly NodeAddress[]): Promise<Outcome<Answer>[]>
}
