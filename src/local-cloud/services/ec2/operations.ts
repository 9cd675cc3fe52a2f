import { type Operation, operation } from '../cloud.ts'
import * as catalogue from './catalogue.ts'
import { describeInstanceStatus, describeInstances } from './describe-instances.ts'
import * as attributes from './instance-attributes.ts'
import { describeNetworkInterfaces } from './network-interfaces.ts'
import { networkOperations } from './network-operations.ts'
import { rebootInstances, startInstances, stopInstances, terminateInstances } from './power-requests.ts'
import { runInstances } from './run-instances.ts'
import * as rules from './security-group-rules.ts'
import * as groups from './security-groups.ts'
import { describeSnapshots } from './snapshots.ts'
import * as tags from './tag-operations.ts'
import { deleteVolume, describeVolumes } from './volumes.ts'

const RULE_CHANGE = [
  'CidrIp',
  'DryRun',
  'FromPort',
  'GroupId',
  'IpPermissions',
  'IpProtocol',
  'ToPort',
] as const

export const ec2Operations: Readonly<Record<string, Operation>> = {
  ...networkOperations,
  RunInstances: operation(runInstances, [
    'BlockDeviceMappings',
    'ClientToken',
    'DisableApiTermination',
    'DryRun',
    'IamInstanceProfile',
    'ImageId',
    'InstanceInitiatedShutdownBehavior',
    'InstanceMarketOptions',
    'InstanceType',
    'MaxCount',
    'MetadataOptions',
    'MinCount',
    'NetworkInterfaces',
    'Placement',
    'SecurityGroupIds',
    'SecurityGroups',
    'SubnetId',
    'TagSpecifications',
    'UserData',
  ]),
  DescribeInstances: operation(describeInstances, ['InstanceIds', 'Filters', 'MaxResults', 'NextToken']),
  DescribeInstanceStatus: operation(describeInstanceStatus, [
    'InstanceIds',
    'Filters',
    'IncludeAllInstances',
    'MaxResults',
    'NextToken',
  ]),
  TerminateInstances: operation(terminateInstances, ['InstanceIds', 'DryRun', 'Force', 'SkipOsShutdown']),
  StopInstances: operation(stopInstances, ['InstanceIds', 'DryRun', 'Force', 'SkipOsShutdown']),
  StartInstances: operation(startInstances, ['InstanceIds', 'DryRun']),
  RebootInstances: operation(rebootInstances, ['InstanceIds', 'DryRun']),
  DescribeInstanceAttribute: operation(attributes.describeInstanceAttribute, ['Attribute', 'InstanceId']),
  ModifyInstanceAttribute: operation(attributes.modifyInstanceAttribute, [
    'DisableApiTermination',
    'DryRun',
    'Groups',
    'InstanceId',
    'InstanceInitiatedShutdownBehavior',
    'SourceDestCheck',
  ]),
  GetConsoleOutput: operation(attributes.getConsoleOutput, ['DryRun', 'InstanceId', 'Latest']),
  DescribeVolumes: operation(describeVolumes, ['Filters', 'MaxResults', 'NextToken', 'VolumeIds']),
  DeleteVolume: operation(deleteVolume, ['DryRun', 'VolumeId']),
  DescribeSnapshots: operation(describeSnapshots, [
    'Filters',
    'MaxResults',
    'NextToken',
    'OwnerIds',
    'SnapshotIds',
  ]),
  DescribeNetworkInterfaces: operation(describeNetworkInterfaces, [
    'Filters',
    'MaxResults',
    'NetworkInterfaceIds',
    'NextToken',
  ]),
  DescribeImages: operation(catalogue.describeImages, [
    'Filters',
    'ImageIds',
    'MaxResults',
    'NextToken',
    'Owners',
  ]),
  DescribeInstanceTypes: operation(catalogue.describeInstanceTypes, [
    'Filters',
    'InstanceTypes',
    'MaxResults',
    'NextToken',
  ]),
  DescribeInstanceTypeOfferings: operation(catalogue.describeInstanceTypeOfferings, [
    'Filters',
    'LocationType',
    'MaxResults',
    'NextToken',
  ]),
  CreateSecurityGroup: operation(groups.createSecurityGroup, [
    'Description',
    'DryRun',
    'GroupName',
    'TagSpecifications',
    'VpcId',
  ]),
  DeleteSecurityGroup: operation(groups.deleteSecurityGroup, ['DryRun', 'GroupId', 'GroupName']),
  DescribeSecurityGroups: operation(groups.describeSecurityGroups, [
    'Filters',
    'GroupIds',
    'GroupNames',
    'MaxResults',
    'NextToken',
  ]),
  DescribeSecurityGroupRules: operation(rules.describeSecurityGroupRules, [
    'Filters',
    'MaxResults',
    'NextToken',
    'SecurityGroupRuleIds',
  ]),
  AuthorizeSecurityGroupIngress: operation(rules.authorize('ingress'), [
    ...RULE_CHANGE,
    'GroupName',
    'SourceSecurityGroupName',
    'TagSpecifications',
  ]),
  AuthorizeSecurityGroupEgress: operation(rules.authorize('egress'), [...RULE_CHANGE, 'TagSpecifications']),
  RevokeSecurityGroupIngress: operation(rules.revoke('ingress'), [
    ...RULE_CHANGE,
    'GroupName',
    'SecurityGroupRuleIds',
    'SourceSecurityGroupName',
  ]),
  RevokeSecurityGroupEgress: operation(rules.revoke('egress'), [...RULE_CHANGE, 'SecurityGroupRuleIds']),
  CreateTags: operation(tags.createTags, ['DryRun', 'Resources', 'Tags']),
  DeleteTags: operation(tags.deleteTags, ['DryRun', 'Resources', 'Tags']),
  DescribeTags: operation(tags.describeTags, ['Filters', 'MaxResults', 'NextToken']),
}
