/** What AWS says when a quota of the account is reached: code → what there are too many of, and how Service Quotas calls it. */
const QUOTA_CODES: Readonly<Record<string, readonly [what: string, quota: string, instead: string]>> = {
  VpcLimitExceeded: [
    'VPCs',
    'vpc, L-F678F1CE',
    'name one of yours in vpc-id or subnet-ids instead of create-vpc',
  ],
  InternetGatewayLimitExceeded: [
    'internet gateways',
    'vpc, L-A4707A72',
    'name a VPC of yours in vpc-id or subnet-ids instead of create-vpc',
  ],
  SubnetLimitExceeded: ['subnets of the VPC', 'vpc, L-407747CB', 'delete those that nobody needs'],
  RouteTableLimitExceeded: ['route tables of the VPC', 'vpc, L-589F43AA', 'delete those that nobody needs'],
  VpcEndpointLimitExceeded: [
    'interface endpoints of the VPC',
    'vpc, L-29B6F2EB',
    'use those of the VPC, or a NAT gateway, instead of create-endpoints',
  ],
  SecurityGroupLimitExceeded: ['security groups', 'vpc, L-E79EC296', 'delete those that nobody needs'],
  TooManyLoadBalancers: [
    'network load balancers',
    'elasticloadbalancing, L-69A177A2',
    'take clusters away that nobody needs',
  ],
  TooManyTargetGroups: [
    'target groups',
    'elasticloadbalancing, L-B22855CB',
    'take clusters away that nobody needs',
  ],
}

/** In words: which quota a refusal is about and what to do, or undefined when it is about none of these. */
export function quotaHint(code: string): string | undefined {
  const [what, quota, instead] = QUOTA_CODES[code] ?? []
  return (
    what &&
    `The account has as many ${what} as its quota in this region allows: ask for more in Service Quotas (${quota}), or ${instead}. What this run has made until now goes with teardown.`
  )
}
