import { isDeepStrictEqual } from 'node:util'
import type { Condition, Job, Pod } from '../kubernetes.ts'
import { holds } from '../store/conditions.ts'
import { timestamp } from '../store/objects.ts'
import { builtin } from '../store/resources.ts'
import type { Control, Controller } from './controller.ts'
import { isActive, isOwnedBy, isReady, podFrom } from './pods.ts'

export interface JobPlan {
  status: NonNullable<Job['status']>
  /** Whether it lacks its pod. */
  create: boolean
  remove: Pod[]
}

const finished = (succeeded: boolean, now: string): Condition[] => {
  const reason = succeeded ? 'CompletionsReached' : 'BackoffLimitExceeded'
  const message = succeeded
    ? 'Reached expected number of succeeded pods'
    : 'Job has reached the specified backoff limit'
  const types = succeeded ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed']
  return types.map((type) => ({ type, status: 'True', reason, message, lastTransitionTime: now }))
}

/** With the restart policy OnFailure it is the kubelet that tries again, and its restarts are the failures. */
const restartsOf = ({ status }: Pod) =>
  (status?.containerStatuses ?? []).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0)

/** What a job of one pod needs next, and what its status says. */
export function planJob(job: Job, pods: readonly Pod[], now: string): JobPlan {
  const active = pods.filter(isActive)
  const isComplete = pods.some(({ status }) => status?.phase === 'Succeeded')
  const hasFailed = active.some((pod) => restartsOf(pod) > (job.spec.backoffLimit ?? 6))
  const isOver = isComplete || hasFailed
  const status = {
    startTime: job.status?.startTime ?? now,
    ...(!isOver && active.length > 0 && { active: active.length }),
    ...(isComplete && { succeeded: 1, completionTime: now }),
    ...(hasFailed && { failed: 1 }),
    ready: isOver ? 0 : active.filter(isReady).length,
    ...(isOver && { conditions: finished(isComplete, now) }),
  }
  return { status, create: !isOver && active.length === 0, remove: isOver ? active : [] }
}

const isFinished = ({ status }: Job) =>
  holds(status?.conditions, 'Complete') || holds(status?.conditions, 'Failed')

async function reconcileOne(control: Control, job: Job, pods: readonly Pod[]) {
  if (job.metadata.deletionTimestamp || isFinished(job)) return
  const plan = planJob(job, pods, timestamp())
  if (plan.create)
    await control.create(builtin('pods'), podFrom(job.spec.template, job), job.metadata.namespace)
  for (const pod of plan.remove) await control.delete(builtin('pods'), pod)
  if (!isDeepStrictEqual(plan.status, job.status))
    await control.update(builtin('jobs'), job, (current) => ({ ...current, status: plan.status }), 'status')
}

/** Jobs of one pod, as `helm-install-*` are. */
export const job: Controller = {
  name: 'job-controller',
  watches: ['jobs', 'pods'],
  async reconcile(control) {
    const pods = control.list<Pod>('pods')
    for (const one of control.list<Job>('jobs'))
      await reconcileOne(
        control,
        one,
        pods.filter((pod) => isOwnedBy(pod, one)),
      )
    return undefined
  },
}
