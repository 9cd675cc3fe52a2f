import type { Permission } from './permission.ts'
import {
  BALANCER,
  deploy,
  elbv2,
  KEEP,
  MARK,
  OWN_PROFILE,
  OWN_ROLE,
  on,
  PARAMETER,
  sweep,
  TARGET_GROUP,
} from './terms.ts'

const WHEN_SEEN = 'what says no time is marked with when it was seen'
export const marks: readonly Permission[] = [
  ...on('ec2:*:*:*/*', sweep, WHEN_SEEN, ['ec2:CreateTags'], MARK),
  ...[BALANCER, TARGET_GROUP].flatMap((one) => on(one, sweep, WHEN_SEEN, [`${elbv2}:AddTags`], MARK)),
  ...on(OWN_ROLE, sweep, WHEN_SEEN, ['iam:TagRole'], MARK),
  ...on(OWN_PROFILE, sweep, WHEN_SEEN, ['iam:TagInstanceProfile'], MARK),
  ...on(PARAMETER, sweep, WHEN_SEEN, ['ssm:AddTagsToResource']),
]

const WHEN_OVER = 'what a failed run keeps, or a cancelled one leaves, says until when'
export const kept: readonly Permission[] = [
  ...on('ec2:*:*:*/*', deploy, WHEN_OVER, ['ec2:CreateTags'], KEEP),
  ...[BALANCER, TARGET_GROUP].flatMap((one) => on(one, deploy, WHEN_OVER, [`${elbv2}:AddTags`], KEEP)),
  ...on(OWN_ROLE, deploy, WHEN_OVER, ['iam:TagRole'], KEEP),
  ...on(OWN_PROFILE, deploy, WHEN_OVER, ['iam:TagInstanceProfile'], KEEP),
]
