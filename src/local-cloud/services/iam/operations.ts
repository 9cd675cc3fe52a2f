import { type Operation, operation } from '../cloud.ts'
import { getAccountSummary } from './account-summary.ts'
import * as profiles from './instance-profiles.ts'
import * as managed from './managed-policies.ts'
import * as policies from './role-policies.ts'
import * as roles from './roles.ts'
import { simulateCustomPolicy, simulatePrincipalPolicy } from './simulate.ts'

const SIMULATED = ['ActionNames', 'ResourceArns', 'ContextEntries', 'MaxItems', 'Marker'] as const

export const iamOperations: Readonly<Record<string, Operation>> = {
  GetAccountSummary: operation(getAccountSummary, []),
  CreateRole: operation(roles.createRole, [
    'RoleName',
    'Path',
    'AssumeRolePolicyDocument',
    'Description',
    'MaxSessionDuration',
    'PermissionsBoundary',
    'Tags',
  ]),
  GetRole: operation(roles.getRole, ['RoleName']),
  DeleteRole: operation(roles.deleteRole, ['RoleName']),
  ListRoles: operation(roles.listRoles, ['PathPrefix', 'Marker', 'MaxItems']),
  TagRole: operation(roles.tagRole, ['RoleName', 'Tags']),
  ListRoleTags: operation(roles.listRoleTags, ['RoleName', 'MaxItems']),
  PutRolePolicy: operation(policies.putRolePolicy, ['RoleName', 'PolicyName', 'PolicyDocument']),
  GetRolePolicy: operation(policies.getRolePolicy, ['RoleName', 'PolicyName']),
  DeleteRolePolicy: operation(policies.deleteRolePolicy, ['RoleName', 'PolicyName']),
  ListRolePolicies: operation(policies.listRolePolicies, ['RoleName', 'MaxItems']),
  AttachRolePolicy: operation(policies.attachRolePolicy, ['RoleName', 'PolicyArn']),
  DetachRolePolicy: operation(policies.detachRolePolicy, ['RoleName', 'PolicyArn']),
  ListAttachedRolePolicies: operation(policies.listAttachedRolePolicies, ['RoleName', 'MaxItems']),
  CreatePolicy: operation(managed.createPolicy, [
    'PolicyName',
    'Path',
    'PolicyDocument',
    'Description',
    'Tags',
  ]),
  GetPolicy: operation(managed.getPolicy, ['PolicyArn']),
  GetPolicyVersion: operation(managed.getPolicyVersion, ['PolicyArn', 'VersionId']),
  DeletePolicy: operation(managed.deletePolicy, ['PolicyArn']),
  SimulatePrincipalPolicy: operation(simulatePrincipalPolicy, [
    'PolicySourceArn',
    'PolicyInputList',
    'PermissionsBoundaryPolicyInputList',
    ...SIMULATED,
  ]),
  SimulateCustomPolicy: operation(simulateCustomPolicy, [
    'PolicyInputList',
    'PermissionsBoundaryPolicyInputList',
    ...SIMULATED,
  ]),
  CreateInstanceProfile: operation(profiles.createInstanceProfile, ['InstanceProfileName', 'Path', 'Tags']),
  GetInstanceProfile: operation(profiles.getInstanceProfile, ['InstanceProfileName']),
  DeleteInstanceProfile: operation(profiles.deleteInstanceProfile, ['InstanceProfileName']),
  AddRoleToInstanceProfile: operation(profiles.addRoleToInstanceProfile, ['InstanceProfileName', 'RoleName']),
  RemoveRoleFromInstanceProfile: operation(profiles.removeRoleFromInstanceProfile, [
    'InstanceProfileName',
    'RoleName',
  ]),
  ListInstanceProfiles: operation(profiles.listInstanceProfiles, ['PathPrefix', 'Marker', 'MaxItems']),
  ListInstanceProfilesForRole: operation(profiles.listInstanceProfilesForRole, [
    'RoleName',
    'Marker',
    'MaxItems',
  ]),
  TagInstanceProfile: operation(profiles.tagInstanceProfile, ['InstanceProfileName', 'Tags']),
  ListInstanceProfileTags: operation(profiles.listInstanceProfileTags, ['InstanceProfileName', 'MaxItems']),
}
