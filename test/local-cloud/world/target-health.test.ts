import { expect, test } from '@jest/globals'
import type { CheckResult } from '../../../src/local-cloud/world/target-group.ts'
import { targetHealth } from '../../../src/local-cloud/world/target-health.ts'
import { balancerIn, targetIn } from './balancer-fixture.ts'

const verdict = (name: CheckResult['verdict']): CheckResult => ({
  verdict: name,
  streak: { passed: true, length: 0 },
})
const inUse = { balancer: balancerIn(true), instance: 'running', now: 10_000, registrationMs: 5_000 } as const
const target = { ...targetIn('a', 'a1'), check: verdict('healthy') }

test.each([
  ['is healthy', target, inUse, 'healthy', undefined],
  ['drains', { ...target, drainsUntil: 1 }, inUse, 'draining', 'Target.DeregistrationInProgress'],
  ['has no listener', target, { ...inUse, balancer: undefined }, 'unused', 'Target.NotInUse'],
  ['is stopped', target, { ...inUse, instance: 'stopped' as const }, 'unused', 'Target.InvalidState'],
  ['is in a zone without balancer', { ...target, zone: 'c' }, inUse, 'unused', 'Target.NotInUse'],
  [
    'was registered just now',
    { ...target, registeredAt: 9_000 },
    inUse,
    'initial',
    'Elb.RegistrationInProgress',
  ],
  [
    'waits for its balancer',
    target,
    { ...inUse, balancer: balancerIn(true, 'provisioning') },
    'initial',
    'Elb.RegistrationInProgress',
  ],
  [
    'is being checked',
    { ...target, check: verdict('initial') },
    inUse,
    'initial',
    'Elb.InitialHealthChecking',
  ],
  ['fails', { ...target, check: verdict('unhealthy') }, inUse, 'unhealthy', 'Target.FailedHealthChecks'],
])('a target that %s', (_, one, around, state, reason) => {
  const health = targetHealth(one, around)
  expect([health.state, health.reason]).toEqual([state, reason])
})
