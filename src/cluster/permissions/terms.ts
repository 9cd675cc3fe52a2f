import { OWN_PATH } from '../names.ts'
import { tagKeys } from '../tags.ts'
import type { Condition, Permission } from './permission.ts'

export const all = ['deploy', 'verify', 'teardown', 'sweep'] as const
export const deploy = ['deploy'] as const
// A deployment proves itself at its end, so it has the rights of a verification too.
export const verify = ['deploy', 'verify'] as const
export const remove = ['teardown', 'sweep'] as const
export const keepAndRemove = ['deploy', 'teardown', 'sweep'] as const
export const sweep = ['sweep'] as const
export const network = ['network'] as const

/** Only what carries our tag. */
export const OURS: Condition = { Null: { [`aws:ResourceTag/${tagKeys.cluster}`]: 'false' } }
/** Nothing is made without our tag and the time when it may be swept. */
export const TAGGED: Condition = {
  Null: { [`aws:RequestTag/${tagKeys.cluster}`]: 'false', [`aws:RequestTag/${tagKeys.expiresAt}`]: 'false' },
}
export const OURS_TAGGED: Condition = { Null: { ...OURS['Null'], ...TAGGED['Null'] } }
export const tagsOnly = (service: string, ...actions: string[]): Condition => ({
  StringEquals: { [`${service}:CreateAction`]: actions },
})
export const OWN_TAG_KEYS: Condition = {
  ...OURS,
  'ForAllValues:StringEquals': { 'aws:TagKeys': [tagKeys.drill] },
}
export const KEEP: Condition = {
  ...OURS,
  'ForAllValues:StringEquals': { 'aws:TagKeys': [tagKeys.expiresAt, tagKeys.heldBy, tagKeys.cancelledAt] },
}
export const MARK: Condition = { ...OURS, 'ForAllValues:StringEquals': { 'aws:TagKeys': [tagKeys.markedAt] } }
// The second is EC2's name in China.
export const TO_EC2: Condition = {
  StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] },
}

export const ec2 = (type: string) => `ec2:*:*:${type}/*`
export const elbv2 = 'elasticloadbalancing'
const elb = (type: string) => `elasticloadbalancing:*:*:${type}/*`
export const BALANCER = elb('loadbalancer/net')
export const ANY_BALANCER = elb('loadbalancer')
export const TARGET_GROUP = elb('targetgroup')
export const LISTENER = elb('listener/net')
export const PARAMETER = `ssm:*:*:parameter${OWN_PATH}*`
export const LEASE = `ssm:*:*:parameter${OWN_PATH}lease.*`
export const OWN_ROLE = `iam::*:role${OWN_PATH}rke2-*`
export const OWN_PROFILE = `iam::*:instance-profile${OWN_PATH}rke2-*`
// IAM knows no path of what isn't there (any more), so what looks, or deletes again, needs the name without it too.
export const NAMED_ROLE = 'iam::*:role/rke2-*'
export const NAMED_PROFILE = 'iam::*:instance-profile/rke2-*'

export const asking = (roles: Permission['roles'], why: string, ...actions: string[]): Permission[] =>
  actions.map((action) => ({ action, roles, resource: '*', why }))

export const on = (
  resource: string,
  roles: Permission['roles'],
  why: string,
  actions: readonly string[],
  condition?: Condition,
): Permission[] =>
  actions.map((action) => ({ action, roles, resource, why, ...(condition && { condition }) }))
