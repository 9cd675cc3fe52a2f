/** Seconds, from … to. */
type Seconds = readonly [least: number, most: number]

interface TimeStep {
  readonly what: string
  readonly seconds: Seconds
  /** Where the figures are from. */
  readonly source: string
}

export interface ExpectedTime {
  /** One after another. */
  readonly steps: readonly TimeStep[]
  readonly total: Seconds
}

const registration: TimeStep = {
  what: 'machines start and register with Systems Manager',
  seconds: [30, 360],
  source: 'public reports; AWS promises nothing',
}

/** Seconds of a genuine RKE2 v1.35 with its images on disk: a voter; each further one when all start together, and one by one. */
const FIRST_VOTER = 35
const NEXT_TOGETHER = 15
const NEXT_ONE_BY_ONE = 36

/** Seconds from registration until targets of an NLB are healthy, as AWS support gives them. */
const HEALTHY: Seconds = [180, 300]

/**
 * How long a new cluster takes until verify-ha can begin to judge it: the load balancer's targets become healthy while
 * the machines start and join. Downloads and the drills are not in it.
 */
export function expectedTime({ servers, serial }: { servers: number; serial: boolean }): ExpectedTime {
  const joined = FIRST_VOTER + (servers - 1) * (serial ? NEXT_ONE_BY_ONE : NEXT_TOGETHER)
  const join: TimeStep = {
    what: servers === 1 ? 'the server starts' : `${servers} servers start and join etcd`,
    seconds: [joined, joined],
    source: 'genuine RKE2, measured with its images on disk; a slower disk takes longer',
  }
  const before = (end: 0 | 1) => registration.seconds[end] + joined
  const targets: TimeStep = {
    what: 'what is left until the load balancer’s targets are healthy',
    seconds: [Math.max(0, HEALTHY[0] - before(0)), Math.max(0, HEALTHY[1] - before(1))],
    source: 'AWS support: 180 to 300 s after a target was registered',
  }
  const steps = [registration, join, targets]
  const total = (end: 0 | 1) => steps.reduce((sum, step) => sum + step.seconds[end], 0)
  return { steps, total: [total(0), total(1)] }
}
