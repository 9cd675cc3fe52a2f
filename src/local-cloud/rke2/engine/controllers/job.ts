import { isDeepStrictEqual } from 'node:util'
import type { Condition, Job, Pod } from '../kubernetes.ts'
import { holds } from '../store/conditions.ts'
import { timestamp } from '../store/objects.ts'
import { builtin } from '../store/resources.ts'
import type { Control, Controller } from './controller.ts'
import { isActive, isOwnedBy, isReady, podFrom } from './pods.ts'

/** The job controller's first pause after a failure, doubled for each, and the longest: 10 s and 6 min. */
const BACKOFF_MS = 10_000
const LONGEST_BACKOFF_MS = 360_000

export interface JobPlan {
  status: NonNullable<Job['status']>
  create: number
  remove: Pod[]
  /** Milliseconds until a failed pod may be replaced. */
  againMs: number | undefined
}

const endOf = (pod: Pod) => {
  const terminated = pod.status?.containerStatuses?.map(
    ({ state }) => state?.terminated as { finishedAt?: string } | undefined,
  )
  return Math.max(0, ...(terminated ?? []).map((one) => Date.parse(one?.finishedAt ?? '') || 0))
}

const finished = (succeeded: boolean, now: string): Condition[] => {
  const reason = succeeded ? 'CompletionsReached' : 'BackoffLimitExceeded'
  const message = succeeded
    ? 'Reached expected number of succeeded pods'
    : 'Job has reached the specified backoff limit'
  const types = succeeded ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed']
  return types.map((type) => ({ type, status: 'True', reason, message, lastTransitionTime: now }))
}

/** Milliseconds still to wait before the next pod, after `failures` of which the last was at `lastEnd`. */
export function backoffLeft(failures: number, lastEnd: number, now: number, speed: number): number {
  if (failures === 0) return 0
  const pause = Math.min(BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS) / speed
  return Math.max(0, lastEnd + pause - now)
}

/** What a job needs next, and what its status says. */
export function planJob(job: Job, pods: readonly Pod[], now: Date, speed: number): JobPlan {
  const { completions = 1, parallelism = 1, backoffLimit = 6, suspend } = job.spec
  const active = pods.filter(isActive)
  const succeeded = pods.filter(({ status }) => status?.phase === 'Succeeded').length
  const failures = pods.filter(({ status }) => status?.phase === 'Failed')
  const time = timestamp(now)
  const isComplete = succeeded >= completions
  const hasFailed = failures.length > backoffLimit
  const isOver = isComplete || hasFailed
  const conditions = isOver ? finished(isComplete, time) : []
  const ready = active.filter(isReady).length
  const status = {
    startTime: job.status?.startTime ?? time,
    ...(isOver ? {} : active.length > 0 && { active: active.length }),
    ...(succeeded > 0 && { succeeded }),
    ...(failures.length > 0 && { failed: failures.length }),
    ready: isOver ? 0 : ready,
    ...(isComplete && { completionTime: time }),
    ...(conditions.length > 0 && { conditions }),
  }
  if (isOver) return { status, create: 0, remove: active, againMs: undefined }
  const lastEnd = Math.max(0, ...failures.map(endOf))
  const wait = backoffLeft(failures.length, lastEnd, now.getTime(), speed)
  const wanted = suspend ? 0 : Math.max(0, Math.min(parallelism, completions - succeeded) - active.length)
  return {
    status,
    create: wait > 0 ? 0 : wanted,
    remove: [],
    againMs: wanted > 0 && wait > 0 ? wait : undefined,
  }
}

const isFinished = ({ status }: Job) =>
  holds(status?.conditions, 'Complete') || holds(status?.conditions, 'Failed')

async function reconcileOne(control: Control, job: Job, pods: readonly Pod[]): Promise<number | undefined> {
  if (job.metadata.deletionTimestamp) return undefined
  if (isFinished(job)) return expire(control, job)
  const plan = planJob(job, pods, new Date(), control.config.speed)
  const fresh = Array.from({ length: plan.create }, () => podFrom(job.spec.template, job))
  await Promise.all(fresh.map((pod) => control.create(builtin('pods'), pod, job.metadata.namespace)))
  await Promise.all(plan.remove.map((pod) => control.delete(builtin('pods'), pod)))
  if (!isDeepStrictEqual(plan.status, job.status))
    await control.update(builtin('jobs'), job, (current) => ({ ...current, status: plan.status }), 'status')
  return plan.againMs
}

async function expire(control: Control, job: Job): Promise<number | undefined> {
  const ttl = job.spec.ttlSecondsAfterFinished
  if (ttl === undefined) return undefined
  const ended = job.status?.conditions?.at(-1)?.lastTransitionTime
  const left = Date.parse(ended ?? '') + (ttl * 1000) / control.config.speed - Date.now()
  if (left > 0) return left
  await control.delete(builtin('jobs'), job, { propagationPolicy: 'Background' })
  return undefined
}

export const job: Controller = {
  name: 'job-controller',
  watches: ['jobs', 'pods'],
  async reconcile(control) {
    const pods = control.list<Pod>('pods')
    const waits: number[] = []
    for (const one of control.list<Job>('jobs')) {
      const again = await reconcileOne(
        control,
        one,
        pods.filter((pod) => isOwnedBy(pod, one)),
      )
      if (again !== undefined) waits.push(again)
    }
    return waits.length > 0 ? Math.min(...waits) : undefined
  },
}
