import type { Permission } from './permission.ts'
import {
  asking,
  deploy,
  NAMED_PROFILE,
  NAMED_ROLE,
  OURS,
  OWN_PROFILE,
  OWN_ROLE,
  on,
  remove,
  sweep,
  TAGGED,
  TO_EC2,
} from './terms.ts'

export const roles: readonly Permission[] = [
  ...on(OWN_ROLE, deploy, 'the nodes’ role', ['iam:CreateRole', 'iam:TagRole'], TAGGED),
  ...on(OWN_ROLE, deploy, 'and what it may do', ['iam:PutRolePolicy'], OURS),
  ...on(OWN_ROLE, deploy, 'machines get the nodes’ role, and nothing else does', ['iam:PassRole'], TO_EC2),
  ...on(
    OWN_PROFILE,
    deploy,
    'the nodes’ instance profile',
    ['iam:CreateInstanceProfile', 'iam:TagInstanceProfile'],
    TAGGED,
  ),
  ...on(OWN_PROFILE, deploy, 'its role', ['iam:AddRoleToInstanceProfile']),
  ...on(NAMED_PROFILE, remove, 'whether it is there', ['iam:GetInstanceProfile']),
  ...asking(deploy, 'a profile of the cluster’s, or of your own', 'iam:GetInstanceProfile'),
  ...asking(deploy, 'what its role, and the caller, may do', 'iam:SimulatePrincipalPolicy'),
  ...asking(deploy, 'whether the account has room for a role and a profile', 'iam:GetAccountSummary'),
  ...asking(
    deploy,
    'whether a permissions boundary lets nodes do their work',
    ...['iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:SimulateCustomPolicy'],
  ),
  ...on(NAMED_ROLE, remove, 'whether it is there', ['iam:GetRole']),
  ...asking(deploy, 'whether the nodes’ role is there, and where the caller’s own is', 'iam:GetRole'),
  ...on(NAMED_PROFILE, remove, 'in the only order that IAM takes', [
    'iam:RemoveRoleFromInstanceProfile',
    'iam:DeleteInstanceProfile',
  ]),
  ...on(NAMED_ROLE, remove, 'in the only order that IAM takes', ['iam:DeleteRolePolicy', 'iam:DeleteRole']),
  ...asking(sweep, 'a role outlives everything else of a killed run', 'iam:ListRoles'),
  ...on(NAMED_ROLE, sweep, 'whose it is, and until when', ['iam:ListRoleTags']),
]
