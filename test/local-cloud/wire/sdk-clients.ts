import * as ec2 from '@aws-sdk/client-ec2'
import * as elb from '@aws-sdk/client-elastic-load-balancing'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import * as iam from '@aws-sdk/client-iam'
import * as pricing from '@aws-sdk/client-pricing'
import * as servicequotas from '@aws-sdk/client-service-quotas'
import * as ssm from '@aws-sdk/client-ssm'
import * as sts from '@aws-sdk/client-sts'
import { testKey } from './wire-server.ts'

export type SdkService = 'ec2' | 'elb' | 'elbv2' | 'iam' | 'sts' | 'ssm' | 'pricing' | 'servicequotas'
interface Caller {
  region?: string
  credentials?: { accessKeyId: string; secretAccessKey: string }
}
type Send = (operation: string, input: unknown) => Promise<Record<string, unknown>>

const packages = {
  ec2: { commands: ec2, client: ec2.EC2Client },
  elb: { commands: elb, client: elb.ElasticLoadBalancingClient },
  elbv2: { commands: elbv2, client: elbv2.ElasticLoadBalancingV2Client },
  iam: { commands: iam, client: iam.IAMClient },
  sts: { commands: sts, client: sts.STSClient },
  ssm: { commands: ssm, client: ssm.SSMClient },
  pricing: { commands: pricing, client: pricing.PricingClient },
  servicequotas: { commands: servicequotas, client: servicequotas.ServiceQuotasClient },
}

/** The real SDK against an endpoint: sends any operation by name and returns its output without `$metadata`. */
export function sdkSender(
  service: SdkService,
  endpoint: string,
  { region = 'eu-west-3', credentials = testKey }: Caller = {},
): Send {
  const { commands, client: Client } = packages[service]
  const client = new Client({ endpoint, region, credentials, maxAttempts: 1 })
  return async (operation, input) => {
    const Command = (commands as unknown as Record<string, new (input: unknown) => unknown>)[
      `${operation}Command`
    ]
    if (!Command) throw new Error(`the SDK has no ${operation}`)
    const send = client.send.bind(client) as unknown as (command: unknown) => Promise<Record<string, unknown>>
    const { $metadata, ...output } = await send(new Command(input))
    return output
  }
}
