import type { CreateTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsFault } from '../../wire/service.ts'
import type { HealthCheck } from '../../world/target-group.ts'

type CheckInput = Pick<
  CreateTargetGroupInput,
  | 'HealthCheckProtocol'
  | 'HealthCheckPort'
  | 'HealthCheckIntervalSeconds'
  | 'HealthCheckTimeoutSeconds'
  | 'HealthyThresholdCount'
  | 'UnhealthyThresholdCount'
>

/** What is asked, over what there was. @throws AwsFault for a check that isn't TCP or whose timeout is longer than its interval */
export function healthCheckOf(input: CheckInput, before: HealthCheck): HealthCheck {
  if (input.HealthCheckProtocol !== undefined && input.HealthCheckProtocol !== 'TCP')
    throw new AwsFault('InvalidConfigurationRequest', 'the local cloud checks health by TCP only')
  const port = input.HealthCheckPort ?? before.port
  if (port !== 'traffic-port' && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
    throw new AwsFault(
      'ValidationError',
      `Health check port '${port}' must be 'traffic-port' or between 1 and 65535`,
    )
  const check: HealthCheck = {
    port,
    intervalSeconds: input.HealthCheckIntervalSeconds ?? before.intervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? before.timeoutSeconds,
    healthyThreshold: input.HealthyThresholdCount ?? before.healthyThreshold,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? before.unhealthyThreshold,
  }
  if (check.timeoutSeconds > check.intervalSeconds)
    throw new AwsFault(
      'ValidationError',
      `Health check interval must be greater than or equal to the timeout (${check.intervalSeconds} < ${check.timeoutSeconds})`,
    )
  return check
}
