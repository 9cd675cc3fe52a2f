import type { ServiceName } from '../../wire/service.ts'
import { ofAnything, type Rules } from './demand.ts'
import { ec2Rules } from './ec2.ts'
import { elbRules } from './elb.ts'
import { elbv2Rules } from './elbv2.ts'
import { iamRules } from './iam.ts'
import { ssmRules } from './ssm.ts'

/** Every operation that is judged, and what it demands. */
export const rules: Readonly<Record<ServiceName, Rules>> = {
  ec2: ec2Rules,
  elb: elbRules,
  elbv2: elbv2Rules,
  iam: iamRules,
  ssm: ssmRules,
  sts: { AssumeRole: (_, { RoleArn: resource = '' }) => [{ resource, keys: {} }] },
  pricing: ofAnything('GetProducts'),
  servicequotas: ofAnything('GetAWSDefaultServiceQuota GetServiceQuota ListServiceQuotas'),
  ec2messages: ofAnything('AcknowledgeMessage DeleteMessage FailMessage GetEndpoint GetMessages SendReply'),
}

/** Calls that need no grant: who one is, and how an agent begins. They judge by other proof than a role's. */
export const OPEN: readonly string[] = [
  'sts:GetCallerIdentity',
  'ssm:RegisterManagedInstance',
  'ssm:RequestManagedInstanceRoleToken',
  'ssm:UpdateManagedInstancePublicKey',
]
