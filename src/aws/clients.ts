import type { Agent as HttpsAgent } from 'node:https'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { IAMClient } from '@aws-sdk/client-iam'
import { PricingClient } from '@aws-sdk/client-pricing'
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import { proxyAgent } from '../kit/proxy-agent.ts'
import { explained } from './errors.ts'
import { limitsAreNoThrottles } from './limits-are-no-throttles.ts'

/** One client a service, all of one region. Endpoints come from the SDK's own environment variables. */
export interface AwsClients {
  readonly region: string
  readonly ec2: EC2Client
  readonly elb: ElasticLoadBalancingV2Client
  readonly classicElb: ElasticLoadBalancingClient
  readonly iam: IAMClient
  readonly ssm: SSMClient
  readonly sts: STSClient
}

// The SDK has no request timeout of its own: a lost answer would hang a run until the job's limit.
const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 60_000 }

/** The SDK knows no proxy. NO_PROXY may name AWS by its domain: the service's own name differs by partition and FIPS. */
const through = (region: string, patience: { connectionTimeout: number; requestTimeout: number }) => {
  const httpsAgent = proxyAgent(`https://ec2.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`)
  return httpsAgent ? { ...patience, httpsAgent: httpsAgent as HttpsAgent } : patience
}

// Throttles end within seconds on AWS; three attempts (the SDK's default) give up after two.
const ATTEMPTS = 6

/** Bare clients, used with `send(Command)`: the aggregated classes would pull every operation into the bundle. */
export function awsClients(region: string): AwsClients {
  const common = {
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: through(region, PATIENCE),
    customUserAgent: 'rke2-action',
  }
  const clients = {
    ec2: new EC2Client(common),
    elb: new ElasticLoadBalancingV2Client(common),
    classicElb: new ElasticLoadBalancingClient(common),
    iam: new IAMClient(common),
    ssm: new SSMClient(common),
    sts: new STSClient(common),
  }
  limitsAreNoThrottles(clients.iam)
  for (const client of Object.values(clients)) client.middlewareStack.use(explainFailures as never)
  return { region, ...clients }
}

type Call = (input: unknown) => Promise<unknown>
type Middleware = (next: Call, context: { commandName?: string }) => Call

/** A call that fails says what that means wherever it happens, and not only where a phase expects it. */
const explainFailures = {
  applyToStack: (stack: { add(middleware: Middleware, options: object): void }) =>
    stack.add(
      (next, { commandName = '' }) =>
        (input) =>
          next(input).catch((error: unknown) => {
            throw explained(error, commandName.replace(/Command$/, ''))
          }),
      // Outside of the SDK's own retries.
      { step: 'initialize', priority: 'high', name: 'explainFailures' },
    ),
}

// Questions beside the work: a network that doesn't let them out must not hold a run up.
const beside = (region: string) => ({
  region,
  maxAttempts: 2,
  requestHandler: through(region, { connectionTimeout: 3_000, requestTimeout: 10_000 }),
  customUserAgent: 'rke2-action',
})

/** The price list is served in few regions. */
export const priceListClient = (region: string) => new PricingClient(beside(region))

export const quotasClient = (region: string) => new ServiceQuotasClient(beside(region))
