import type { InstanceState } from './instance.ts'
import type { LoadBalancer } from './load-balancer.ts'
import type { Target } from './target-group.ts'

export interface TargetHealth {
  state: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining'
  reason?: string
  description?: string
}

export interface TargetSurroundings {
  /** The balancer that has a listener for the target group. */
  balancer: LoadBalancer | undefined
  /** Of an instance target; undefined for an address. */
  instance: InstanceState | undefined
  /** Milliseconds since the epoch. */
  now: number
  /** How long a registration takes, in milliseconds. */
  registrationMs: number
}

/** A target's health as DescribeTargetHealth tells it; the descriptions are AWS's own. */
export function targetHealth(target: Target, around: TargetSurroundings): TargetHealth {
  if (target.drainsUntil !== undefined)
    return explain('draining', 'Target.DeregistrationInProgress', 'Target deregistration is in progress')
  return unused(target, around) ?? waiting(target, around) ?? checked(target)
}

const explain = (state: TargetHealth['state'], reason: string, description: string): TargetHealth => ({
  state,
  reason,
  description,
})

function unused(target: Target, { balancer, instance }: TargetSurroundings): TargetHealth | undefined {
  if (!balancer)
    return explain(
      'unused',
      'Target.NotInUse',
      'Target group is not configured to receive traffic from the load balancer',
    )
  if (instance !== undefined && instance !== 'running')
    return explain('unused', 'Target.InvalidState', `Target is in the ${instance} state`)
  if (!balancer.nodes.some(({ zone }) => zone === target.zone))
    return explain(
      'unused',
      'Target.NotInUse',
      'Target is in an Availability Zone that is not enabled for the load balancer',
    )
  return undefined
}

function waiting(target: Target, around: TargetSurroundings): TargetHealth | undefined {
  const { balancer, now, registrationMs } = around
  if (balancer?.state === 'provisioning' || now < target.registeredAt + registrationMs)
    return explain('initial', 'Elb.RegistrationInProgress', 'Target registration is in progress')
  if (target.check.verdict === 'initial')
    return explain('initial', 'Elb.InitialHealthChecking', 'Initial health checks in progress')
  return undefined
}

const checked = ({ check }: Target): TargetHealth =>
  check.verdict === 'healthy'
    ? { state: 'healthy' }
    : explain('unhealthy', 'Target.FailedHealthChecks', 'Health checks failed')

/** Checks begin when the registration is through. */
export const isCheckable = ({ state, reason }: TargetHealth) =>
  state === 'healthy' || state === 'unhealthy' || reason === 'Elb.InitialHealthChecking'
