import { QUOTAS, type QuotaName } from './quota.ts'

/** What AWS says when a quota of the account is reached. */
const BY_CODE: Readonly<Record<string, QuotaName>> = {
  VpcLimitExceeded: QUOTAS.vpcs,
  InternetGatewayLimitExceeded: QUOTAS.gateways,
  SubnetLimitExceeded: {
    ...{ serviceCode: 'vpc', code: 'L-407747CB' },
    ...{ name: 'subnets of the VPC', instead: 'delete those that nobody needs' },
  },
  RouteTableLimitExceeded: {
    ...{ serviceCode: 'vpc', code: 'L-589F43AA' },
    ...{ name: 'route tables of the VPC', instead: 'delete those that nobody needs' },
  },
  VpcEndpointLimitExceeded: QUOTAS.interfaceEndpoints,
  SecurityGroupLimitExceeded: QUOTAS.securityGroups,
  RulesPerSecurityGroupLimitExceeded: QUOTAS.rules,
  TooManyLoadBalancers: QUOTAS.balancers,
  TooManyTargetGroups: QUOTAS.targetGroups,
}

/** IAM has one code for all of its quotas: "Cannot exceed quota for RolesPerAccount: 1000". */
const BY_MESSAGE: readonly (readonly [RegExp, QuotaName])[] = [
  [/\bRolesPerAccount\b/, QUOTAS.roles],
  [/\bInstanceProfilesPerAccount\b/, QUOTAS.profiles],
]

/** In words: which quota a refusal is about and what to do, or undefined when it is about none of these. */
export function quotaHint(code: string, message: string): string | undefined {
  const quota =
    code === 'LimitExceeded' ? BY_MESSAGE.find(([words]) => words.test(message))?.[1] : BY_CODE[code]
  return (
    quota &&
    `The account has as many ${quota.name} as its quota allows: ask for more in Service Quotas (${quota.serviceCode}, ${quota.code}), or ${quota.instead}. What this run has made until now goes with teardown.`
  )
}
