import type { Facts } from './facts.ts'

/** A number that was measured, for reports. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: 'ms' | 's' | 'count'
}

interface Told {
  /** What was seen, in one sentence. */
  readonly detail: string
  /** What it was seen by: one line a fact. */
  readonly evidence?: readonly string[]
  readonly figures?: readonly Figure[]
}

/** `warn` and `fail` can't be written without saying what to do. `skip` needs a reason, which is its detail. */
export type Verdict =
  | (Told & { readonly status: 'pass' | 'skip' })
  | (Told & { readonly status: 'fail'; readonly remedy: string })
  /** `passing`: it is of those that go by themselves a little later, as failures of a check that settles do. */
  | (Told & { readonly status: 'warn'; readonly remedy: string; readonly passing?: true })

/** A question about a cluster, and its judgement. */
export interface Check {
  /** Kebab-case, also the file name. */
  readonly name: string
  /** What holds if it passes, one sentence. */
  readonly claim: string
  /** Whether asking again a little later may help: a node may still be starting. */
  readonly settles: boolean
  /** Whatever it throws means that it could not be carried out, which is a failure. */
  run(facts: Facts): Promise<Verdict>
}

export const pass = (detail: string, more: Omit<Told, 'detail'> = {}): Verdict => ({
  status: 'pass',
  detail,
  ...more,
})

export const skip = (reason: string): Verdict => ({ status: 'skip', detail: reason })

export const fail = (detail: string, remedy: string, more: Omit<Told, 'detail'> = {}): Verdict => ({
  status: 'fail',
  detail,
  remedy,
  ...more,
})

export const warn = (
  detail: string,
  remedy: string,
  more: Omit<Told, 'detail'> & { passing?: true } = {},
): Verdict => ({
  status: 'warn',
  detail,
  remedy,
  ...more,
})
