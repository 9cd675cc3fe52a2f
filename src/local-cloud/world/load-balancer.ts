export interface BalancerNode {
  zone: string
  subnetId: string
  address: string
  interfaceId: string
}

export interface LoadBalancer {
  arn: string
  name: string
  dnsName: string
  scheme: 'internal' | 'internet-facing'
  groupIds: readonly string[]
  nodes: readonly BalancerNode[]
  state: 'provisioning' | 'active'
  /** Milliseconds since the epoch. */
  createdAt: number
  attributes: Readonly<Record<string, string>>
}

/** One of the API's first version, which knows it by its name. It carries no traffic here. */
export interface ClassicBalancer extends Omit<LoadBalancer, 'state' | 'attributes'> {
  listeners: readonly {
    Protocol: string | undefined
    LoadBalancerPort: number | undefined
    InstancePort: number | undefined
  }[]
}

export interface Listener {
  arn: string
  balancerArn: string
  port: number
  targetGroupArn: string
}

/** AWS's defaults for a network load balancer: cross-zone is off. */
export const BALANCER_ATTRIBUTES: Readonly<Record<string, string>> = {
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.bucket': '',
  'access_logs.s3.prefix': '',
  'deletion_protection.enabled': 'false',
  'load_balancing.cross_zone.enabled': 'false',
  'dns_record.client_routing_policy': 'any_availability_zone',
}
