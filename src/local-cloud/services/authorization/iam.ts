import type { Tag } from '@aws-sdk/client-iam'
import type { ConditionKeys } from '../../world/policy-condition.ts'
import type { World } from '../../world/world.ts'
import { type Demand, ofAnything, type Rule, type Rules, requestTags, resourceTags } from './demand.ts'

interface RoleInput {
  RoleName?: string
  Path?: string
  Tags?: Tag[]
  PermissionsBoundary?: string
  PolicyArn?: string
}

interface ProfileInput {
  InstanceProfileName?: string
  RoleName?: string
  Path?: string
  Tags?: Tag[]
}

interface PolicyInput {
  PolicyName?: string
  Path?: string
  Tags?: Tag[]
}

const ofPolicy: Rule = (world, { PolicyArn: resource = '' }: { PolicyArn?: string }) => [
  { resource, keys: resourceTags(world.tags.get(resource), 'iam') },
]

/** A role by its name alone: of one that isn't there no path is known, so its ARN has none. */
function role(world: World, name: string, keys: ConditionKeys = {}): Demand {
  const found = world.roles.get(name)
  return {
    resource: found?.arn ?? `arn:aws:iam::${world.account}:role/${name}`,
    keys: { ...keys, ...resourceTags(world.tags.get(found?.arn ?? ''), 'iam') },
  }
}

function profile(world: World, name: string): Demand {
  const found = world.profiles.get(name)
  return {
    resource: found?.arn ?? `arn:aws:iam::${world.account}:instance-profile/${name}`,
    keys: resourceTags(world.tags.get(found?.arn ?? '')),
  }
}

/** To give EC2 a role is a right of its own: the machine acts with it. */
export const passRole = (world: World, name: string): Demand => ({
  ...role(world, name, { 'iam:passedtoservice': ['ec2.amazonaws.com'] }),
  action: 'iam:PassRole',
})

/** A service makes its own role in an account when it first needs it, by the caller's right. */
export const linkedRole = (world: World, service: string, name: string): Demand[] =>
  world.linkedServices.has(service)
    ? []
    : [
        {
          action: 'iam:CreateServiceLinkedRole',
          resource: `arn:aws:iam::${world.account}:role/aws-service-role/${service}/${name}`,
          keys: { 'iam:awsservicename': [service] },
        },
      ]

const ofRole: Rule = (world, { RoleName = '', PolicyArn }: RoleInput) => {
  const boundary = world.roles.get(RoleName)?.permissionsBoundary
  return [
    role(world, RoleName, {
      ...(boundary !== undefined && { 'iam:permissionsboundary': [boundary] }),
      ...(PolicyArn !== undefined && { 'iam:policyarn': [PolicyArn] }),
    }),
  ]
}

const ofProfile: Rule = (world, { InstanceProfileName: name = '' }: ProfileInput) => [profile(world, name)]

/** Tags in the call that creates need the right to tag besides. */
const made = (resource: string, tagAction: string, tags: Tag[] | undefined, keys: ConditionKeys = {}) => {
  const demand = { resource, keys: { ...keys, ...requestTags(tags) } }
  return tags?.length ? [demand, { ...demand, action: tagAction }] : [demand]
}

const createRole: Rule = (world, { RoleName, Path = '/', Tags, PermissionsBoundary }: RoleInput) =>
  made(`arn:aws:iam::${world.account}:role${Path}${RoleName}`, 'iam:TagRole', Tags, {
    ...(PermissionsBoundary !== undefined && { 'iam:permissionsboundary': [PermissionsBoundary] }),
  })

const createProfile: Rule = (world, { InstanceProfileName, Path = '/', Tags }: ProfileInput) =>
  made(
    `arn:aws:iam::${world.account}:instance-profile${Path}${InstanceProfileName}`,
    'iam:TagInstanceProfile',
    Tags,
  )

/** "Actions, resources, and condition keys for AWS Identity and Access Management" of the service authorization reference. */
export const iamRules: Rules = {
  ...ofAnything('GetAccountSummary ListRoles ListInstanceProfiles SimulateCustomPolicy'),
  CreatePolicy: (world, { PolicyName, Path = '/', Tags }: PolicyInput) =>
    made(`arn:aws:iam::${world.account}:policy${Path}${PolicyName}`, 'iam:TagPolicy', Tags),
  GetPolicy: ofPolicy,
  GetPolicyVersion: ofPolicy,
  DeletePolicy: ofPolicy,
  SimulatePrincipalPolicy: (_, { PolicySourceArn: resource = '' }: { PolicySourceArn?: string }) => [
    { resource, keys: {} },
  ],
  CreateRole: createRole,
  GetRole: ofRole,
  DeleteRole: ofRole,
  TagRole: (world, { RoleName = '', Tags }: RoleInput) => [role(world, RoleName, requestTags(Tags))],
  ListRoleTags: ofRole,
  PutRolePolicy: ofRole,
  GetRolePolicy: ofRole,
  DeleteRolePolicy: ofRole,
  ListRolePolicies: ofRole,
  AttachRolePolicy: ofRole,
  DetachRolePolicy: ofRole,
  ListAttachedRolePolicies: ofRole,
  CreateInstanceProfile: createProfile,
  GetInstanceProfile: ofProfile,
  DeleteInstanceProfile: ofProfile,
  AddRoleToInstanceProfile: (world, input: ProfileInput) => [
    ...ofProfile(world, input),
    passRole(world, input.RoleName ?? ''),
  ],
  RemoveRoleFromInstanceProfile: ofProfile,
  ListInstanceProfilesForRole: ofRole,
  TagInstanceProfile: (world, { InstanceProfileName: name = '', Tags }: ProfileInput) => {
    const { resource, keys } = profile(world, name)
    return [{ resource, keys: { ...keys, ...requestTags(Tags) } }]
  },
  ListInstanceProfileTags: ofProfile,
}
