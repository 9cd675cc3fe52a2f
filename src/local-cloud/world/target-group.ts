export interface HealthCheck {
  /** `traffic-port` or a number. */
  port: string
  intervalSeconds: number
  timeoutSeconds: number
  healthyThreshold: number
  unhealthyThreshold: number
}

/** What the checks of one target have found so far. */
export interface CheckResult {
  verdict: 'initial' | 'healthy' | 'unhealthy'
  /** Consecutive checks that contradict the verdict (or, before the first verdict, agree among themselves). */
  streak: { passed: boolean; length: number }
}

export interface Target {
  /** Instance id, or an address for target type `ip`. */
  id: string
  port: number
  address: string
  zone: string
  /** Milliseconds since the epoch. */
  registeredAt: number
  /** Set while connections drain; when it has passed, the target is gone. */
  drainsUntil: number | undefined
  check: CheckResult
}

export interface TargetGroup {
  arn: string
  name: string
  port: number
  targetType: 'instance' | 'ip'
  vpcId: string
  healthCheck: HealthCheck
  attributes: Readonly<Record<string, string>>
  /** By `id:port`. */
  targets: ReadonlyMap<string, Target>
}

export const UNCHECKED: CheckResult = { verdict: 'initial', streak: { passed: true, length: 0 } }

/** The defaults of CreateTargetGroup for TCP. */
export const HEALTH_CHECK: HealthCheck = {
  port: 'traffic-port',
  intervalSeconds: 30,
  timeoutSeconds: 10,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
}

/** AWS's defaults; the client's address is preserved for instance targets only. */
export const targetGroupAttributes = (targetType: 'instance' | 'ip'): Record<string, string> => ({
  'deregistration_delay.timeout_seconds': '300',
  'deregistration_delay.connection_termination.enabled': 'false',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'preserve_client_ip.enabled': targetType === 'instance' ? 'true' : 'false',
  'proxy_protocol_v2.enabled': 'false',
  'stickiness.enabled': 'false',
  'stickiness.type': 'source_ip',
  'target_health_state.unhealthy.connection_termination.enabled': 'true',
})

/** The verdict after one more check: it turns when enough consecutive checks say so. */
export function afterCheck(before: CheckResult, passed: boolean, settings: HealthCheck): CheckResult {
  const length = before.streak.passed === passed ? before.streak.length + 1 : 1
  const needed = passed ? settings.healthyThreshold : settings.unhealthyThreshold
  const turned = passed ? 'healthy' : 'unhealthy'
  return { verdict: length >= needed ? turned : before.verdict, streak: { passed, length } }
}
