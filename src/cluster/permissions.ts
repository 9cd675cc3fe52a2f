import { OWN_PATH } from './names.ts'
import { tagKeys } from './tags.ts'

/** What a workflow takes roles on for, each with a policy of its own. The policy `network` comes on top of that of `deploy`. */
export const POLICY_ROLES = ['deploy', 'network', 'verify', 'teardown', 'sweep'] as const
export type PolicyRole = (typeof POLICY_ROLES)[number]

/** Operator → key → values, as in a policy's `Condition`. */
type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** A right that the actions need: one action on one kind of resource. */
export interface Permission {
  /** As in a policy: `ec2:RunInstances`. */
  readonly action: string
  readonly roles: readonly PolicyRole[]
  /** Without `arn:<partition>:`, or `*` where the action knows no resources. */
  readonly resource: string
  readonly condition?: Condition
  readonly why: string
}

const all = ['deploy', 'verify', 'teardown', 'sweep'] as const
const deploy = ['deploy'] as const
// A deployment proves itself at its end, so it has the rights of a verification too.
const verify = ['deploy', 'verify'] as const
const remove = ['teardown', 'sweep'] as const
const keepAndRemove = ['deploy', 'teardown', 'sweep'] as const
const sweep = ['sweep'] as const
const network = ['network'] as const

/** Only what carries our tag. */
const OURS: Condition = { Null: { [`aws:ResourceTag/${tagKeys.cluster}`]: 'false' } }
/** Nothing is made without our tag and the time when it may be swept. */
const TAGGED: Condition = {
  Null: { [`aws:RequestTag/${tagKeys.cluster}`]: 'false', [`aws:RequestTag/${tagKeys.expiresAt}`]: 'false' },
}
const OURS_TAGGED: Condition = { Null: { ...OURS['Null'], ...TAGGED['Null'] } }
const tagsOnly = (service: string, ...actions: string[]): Condition => ({
  StringEquals: { [`${service}:CreateAction`]: actions },
})
const OWN_TAG_KEYS: Condition = { ...OURS, 'ForAllValues:StringEquals': { 'aws:TagKeys': [tagKeys.drill] } }
const KEEP: Condition = {
  ...OURS,
  'ForAllValues:StringEquals': { 'aws:TagKeys': [tagKeys.expiresAt, tagKeys.heldBy, tagKeys.cancelledAt] },
}
const MARK: Condition = { ...OURS, 'ForAllValues:StringEquals': { 'aws:TagKeys': [tagKeys.markedAt] } }
// The second is EC2's name in China.
const TO_EC2: Condition = {
  StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] },
}

const ec2 = (type: string) => `ec2:*:*:${type}/*`
const elb = (type: string) => `elasticloadbalancing:*:*:${type}/*`
const BALANCER = elb('loadbalancer/net')
const TARGET_GROUP = elb('targetgroup')
const LISTENER = elb('listener/net')
const PARAMETER = `ssm:*:*:parameter${OWN_PATH}*`
const LEASE = `ssm:*:*:parameter${OWN_PATH}lease.*`
const OWN_ROLE = `iam::*:role${OWN_PATH}rke2-*`
const OWN_PROFILE = `iam::*:instance-profile${OWN_PATH}rke2-*`
// IAM knows no path of what isn't there (any more), so what looks, or deletes again, needs the name without it too.
const NAMED_ROLE = 'iam::*:role/rke2-*'
const NAMED_PROFILE = 'iam::*:instance-profile/rke2-*'

const asking = (roles: Permission['roles'], why: string, ...actions: string[]): Permission[] =>
  actions.map((action) => ({ action, roles, resource: '*', why }))

const on = (
  resource: string,
  roles: Permission['roles'],
  why: string,
  actions: readonly string[],
  condition?: Condition,
): Permission[] =>
  actions.map((action) => ({ action, roles, resource, why, ...(condition && { condition }) }))

const machines: readonly Permission[] = [
  ...asking(all, 'the cluster is what its tags say', 'ec2:DescribeInstances'),
  ...asking(deploy, 'image, type and network are looked at before anything is made', 'ec2:DescribeImages'),
  ...asking(deploy, 'architecture of the machines', 'ec2:DescribeInstanceTypes'),
  ...asking(deploy, 'which zones have which types', 'ec2:DescribeInstanceTypeOfferings'),
  ...asking(['deploy', 'sweep'], 'what a run would cost, or has', 'pricing:GetProducts'),
  ...asking(
    deploy,
    'what a run would pass',
    'servicequotas:GetServiceQuota',
    'servicequotas:GetAWSDefaultServiceQuota',
  ),
  ...asking(
    keepAndRemove,
    'where to build, and what was made to build in',
    'ec2:DescribeVpcs',
    'ec2:DescribeSubnets',
  ),
  ...on('ec2:*::image/*', deploy, 'machines start from an image', ['ec2:RunInstances']),
  ...on(ec2('subnet'), deploy, 'machines stand in a subnet', ['ec2:RunInstances']),
  ...on(ec2('security-group'), deploy, 'machines are in the cluster’s own group', ['ec2:RunInstances'], OURS),
  ...on(ec2('instance'), deploy, 'machines', ['ec2:RunInstances'], TAGGED),
  ...on(ec2('volume'), deploy, 'their disks', ['ec2:RunInstances'], TAGGED),
  ...on(ec2('network-interface'), deploy, 'their interfaces', ['ec2:RunInstances'], TAGGED),
  ...on(ec2('spot-instances-request'), deploy, 'requests of spot machines', ['ec2:RunInstances'], TAGGED),
  ...on(
    'ec2:*:*:*/*',
    deploy,
    'tags are set in the call that creates, and by no other',
    ['ec2:CreateTags'],
    tagsOnly('ec2', 'RunInstances', 'CreateSecurityGroup'),
  ),
  ...on(
    ec2('instance'),
    verify,
    'a drill marks the machine whose power it cuts',
    ['ec2:CreateTags', 'ec2:DeleteTags'],
    OWN_TAG_KEYS,
  ),
  ...on(ec2('instance'), verify, 'a drill cuts a machine’s power', ['ec2:StopInstances'], OURS),
  ...on(ec2('instance'), verify, 'and gives it back', ['ec2:StartInstances'], OURS),
  // The deployment replaces a machine that never shows itself.
  ...on(ec2('instance'), keepAndRemove, 'machines are taken away', ['ec2:TerminateInstances'], OURS),
  ...asking(keepAndRemove, 'leftovers, and the proof that none are', 'ec2:DescribeVolumes'),
  ...asking(keepAndRemove, 'the proof that no interface is left', 'ec2:DescribeNetworkInterfaces'),
  ...on(ec2('volume'), remove, 'disks that outlived their machine', ['ec2:DeleteVolume'], OURS),
]

const groups: readonly Permission[] = [
  ...asking(keepAndRemove, 'their tags say whose the cluster is', 'ec2:DescribeSecurityGroups'),
  ...on(ec2('vpc'), deploy, 'security groups stand in a VPC', ['ec2:CreateSecurityGroup']),
  ...on(ec2('security-group'), deploy, 'of nodes and balancer', ['ec2:CreateSecurityGroup'], TAGGED),
  ...on(ec2('security-group'), deploy, 'the port matrix', ['ec2:AuthorizeSecurityGroupIngress'], OURS),
  ...on(
    ec2('security-group'),
    remove,
    'a group that another one’s rule names can’t be deleted',
    ['ec2:RevokeSecurityGroupIngress', 'ec2:DeleteSecurityGroup'],
    OURS,
  ),
]

const wayOut = 'whether machines in a subnet reach AWS’s services'
const ownNetwork: readonly Permission[] = [
  ...asking(keepAndRemove, wayOut, 'ec2:DescribeRouteTables', 'ec2:DescribeVpcEndpoints'),
  ...asking(network, 'zones for a VPC of the cluster’s own', 'ec2:DescribeAvailabilityZones'),
  ...asking(keepAndRemove, 'what a cluster has of a network of its own', 'ec2:DescribeInternetGateways'),
  ...on(ec2('vpc'), network, 'a VPC of the cluster’s own', ['ec2:CreateVpc'], TAGGED),
  ...on(ec2('subnet'), network, 'a subnet in each zone', ['ec2:CreateSubnet'], TAGGED),
  ...on(ec2('internet-gateway'), network, 'its way out', ['ec2:CreateInternetGateway'], TAGGED),
  ...on(ec2('route-table'), network, 'its routes', ['ec2:CreateRouteTable'], TAGGED),
  ...on(
    ec2('vpc'),
    network,
    'they stand in that VPC only',
    ['ec2:CreateSubnet', 'ec2:CreateRouteTable', 'ec2:AttachInternetGateway'],
    OURS,
  ),
  ...on(
    ec2('subnet'),
    network,
    'public addresses, and the way out',
    ['ec2:ModifySubnetAttribute', 'ec2:AssociateRouteTable'],
    OURS,
  ),
  ...on(ec2('route-table'), network, 'the way out', ['ec2:CreateRoute', 'ec2:AssociateRouteTable'], OURS),
  ...on(ec2('internet-gateway'), network, 'the way out', ['ec2:AttachInternetGateway'], OURS),
  ...on(
    'ec2:*:*:*/*',
    network,
    'tags are set in the call that creates, and by no other',
    ['ec2:CreateTags'],
    tagsOnly(
      'ec2',
      ...['CreateVpc', 'CreateSubnet', 'CreateInternetGateway', 'CreateRouteTable', 'CreateVpcEndpoint'],
    ),
  ),
  ...asking(network, 'names of AWS’s services', 'ec2:DescribeVpcEndpointServices'),
  ...on(ec2('vpc'), network, 'whether endpoints may have private DNS', ['ec2:DescribeVpcAttribute']),
  ...on(ec2('vpc-endpoint'), network, 'ways to Systems Manager', ['ec2:CreateVpcEndpoint'], TAGGED),
  ...on(ec2('vpc'), network, 'endpoints stand in a VPC of yours', ['ec2:CreateVpcEndpoint']),
  ...on(ec2('subnet'), network, 'and in its subnets', ['ec2:CreateVpcEndpoint']),
  ...on(ec2('route-table'), network, 'and, that of S3, in their routes', ['ec2:CreateVpcEndpoint']),
  ...on(ec2('security-group'), network, 'open to the nodes', ['ec2:CreateVpcEndpoint'], OURS),
  ...on(ec2('vpc'), remove, 'the VPC goes last', ['ec2:DetachInternetGateway', 'ec2:DeleteVpc'], OURS),
  ...on(ec2('subnet'), remove, 'its subnets', ['ec2:DeleteSubnet'], OURS),
  ...on(ec2('route-table'), remove, 'its routes', ['ec2:DeleteRouteTable'], OURS),
  ...on(
    ec2('internet-gateway'),
    remove,
    'its way out',
    ['ec2:DetachInternetGateway', 'ec2:DeleteInternetGateway'],
    OURS,
  ),
  ...on(ec2('vpc-endpoint'), remove, 'endpoints cost by the hour', ['ec2:DeleteVpcEndpoints'], OURS),
]

const elbv2 = 'elasticloadbalancing'
const balancers: readonly Permission[] = [
  ...asking(all, 'the balancer by its name', `${elbv2}:DescribeLoadBalancers`),
  ...asking(all, 'its target groups', `${elbv2}:DescribeTargetGroups`),
  ...asking(keepAndRemove, 'whose they are: load balancing has no filter by tag', `${elbv2}:DescribeTags`),
  ...asking(verify, 'which servers get connections', `${elbv2}:DescribeTargetHealth`),
  ...on(BALANCER, deploy, 'the API’s address', [`${elbv2}:CreateLoadBalancer`], TAGGED),
  ...on(TARGET_GROUP, deploy, 'one a port', [`${elbv2}:CreateTargetGroup`], TAGGED),
  ...on(BALANCER, deploy, 'one listener a port', [`${elbv2}:CreateListener`], OURS_TAGGED),
  ...[BALANCER, TARGET_GROUP, LISTENER].flatMap((resource) =>
    on(
      resource,
      deploy,
      'tags are set in the call that creates, and by no other',
      [`${elbv2}:AddTags`],
      tagsOnly(elbv2, 'CreateLoadBalancer', 'CreateTargetGroup', 'CreateListener'),
    ),
  ),
  ...on(BALANCER, deploy, 'cross-zone', [`${elbv2}:ModifyLoadBalancerAttributes`], OURS),
  ...on(TARGET_GROUP, deploy, 'client-IP preservation', [`${elbv2}:ModifyTargetGroupAttributes`], OURS),
  ...on(TARGET_GROUP, deploy, 'the servers', [`${elbv2}:RegisterTargets`], OURS),
  ...on(BALANCER, remove, 'its listeners go with it', [`${elbv2}:DeleteLoadBalancer`], OURS),
  ...on(TARGET_GROUP, remove, 'they don’t go with it', [`${elbv2}:DeleteTargetGroup`], OURS),
  ...on(
    'iam::*:role/aws-service-role/*',
    deploy,
    'the first load balancer, and the first spot machine, of an account make their service’s own role',
    ['iam:CreateServiceLinkedRole'],
    { StringEquals: { 'iam:AWSServiceName': ['elasticloadbalancing.amazonaws.com', 'spot.amazonaws.com'] } },
  ),
]

const roles: readonly Permission[] = [
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
  ...asking(
    deploy,
    'whether a permissions boundary lets nodes do their work',
    ...['iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:SimulateCustomPolicy'],
  ),
  ...on(NAMED_ROLE, keepAndRemove, 'whether it is there', ['iam:GetRole']),
  ...on(NAMED_PROFILE, remove, 'in the only order that IAM takes', [
    'iam:RemoveRoleFromInstanceProfile',
    'iam:DeleteInstanceProfile',
  ]),
  ...on(NAMED_ROLE, remove, 'in the only order that IAM takes', ['iam:DeleteRolePolicy', 'iam:DeleteRole']),
  ...asking(sweep, 'a role outlives everything else of a killed run', 'iam:ListRoles'),
  ...on(NAMED_ROLE, sweep, 'whose it is, and until when', ['iam:ListRoleTags']),
]

const nodes: readonly Permission[] = [
  ...on('ssm:*::document/AWS-RunShellScript', verify, 'scripts run on nodes', ['ssm:SendCommand']),
  ...on(ec2('instance'), verify, 'on those of a cluster only', ['ssm:SendCommand'], OURS),
  ...asking(verify, 'how they ended', 'ssm:ListCommandInvocations'),
  ...asking(verify, 'answers longer than the list carries', 'ssm:GetCommandInvocation'),
  ...asking(verify, 'scripts that nobody waits for any more', 'ssm:CancelCommand'),
  ...asking(deploy, 'which machines have registered', 'ssm:DescribeInstanceInformation'),
  ...on(PARAMETER, deploy, 'the join token', ['ssm:PutParameter', 'ssm:AddTagsToResource']),
  ...on(PARAMETER, deploy, 'the kubeconfig', ['ssm:GetParameter']),
  ...on('ssm:*::parameter/aws/service/*', deploy, 'AWS’s own list of images', ['ssm:GetParameter']),
  ...asking(keepAndRemove, 'names of the cluster’s parameters, not their values', 'ssm:DescribeParameters'),
  ...on(PARAMETER, remove, 'the token and the kubeconfig', ['ssm:DeleteParameters']),
]

const WHEN_SEEN = 'what says no time is marked with when it was seen'
const marks: readonly Permission[] = [
  ...on('ec2:*:*:*/*', sweep, WHEN_SEEN, ['ec2:CreateTags'], MARK),
  ...[BALANCER, TARGET_GROUP].flatMap((one) => on(one, sweep, WHEN_SEEN, [`${elbv2}:AddTags`], MARK)),
  ...on(OWN_ROLE, sweep, WHEN_SEEN, ['iam:TagRole'], MARK),
  ...on(OWN_PROFILE, sweep, WHEN_SEEN, ['iam:TagInstanceProfile'], MARK),
  ...on(PARAMETER, sweep, WHEN_SEEN, ['ssm:AddTagsToResource']),
]

const WHEN_OVER = 'what a failed run keeps, or a cancelled one leaves, says until when'
const kept: readonly Permission[] = [
  ...on('ec2:*:*:*/*', deploy, WHEN_OVER, ['ec2:CreateTags'], KEEP),
  ...[BALANCER, TARGET_GROUP].flatMap((one) => on(one, deploy, WHEN_OVER, [`${elbv2}:AddTags`], KEEP)),
  ...on(OWN_ROLE, deploy, WHEN_OVER, ['iam:TagRole'], KEEP),
  ...on(OWN_PROFILE, deploy, WHEN_OVER, ['iam:TagInstanceProfile'], KEEP),
]

const leases: readonly Permission[] = [
  ...on(LEASE, keepAndRemove, 'who works with the cluster', ['ssm:GetParametersByPath']),
  ...on(LEASE, deploy, 'a lease is given back', ['ssm:DeleteParameters']),
  ...on(LEASE, remove, 'nobody else works with what is taken away', ['ssm:PutParameter']),
  ...on(LEASE, ['teardown'], 'a lease says whose it is', ['ssm:AddTagsToResource']),
]

const outsideEc2: readonly Permission[] = [
  ...on(PARAMETER, keepAndRemove, 'whose a parameter is', ['ssm:ListTagsForResource']),
  ...asking(keepAndRemove, 'activations of machines outside EC2', 'ssm:DescribeActivations'),
  ...asking(remove, 'activations of machines outside EC2', 'ssm:DeleteActivation'),
  ...asking(remove, 'machines outside EC2', 'ssm:DescribeInstanceInformation'),
  ...on(
    'ssm:*:*:managed-instance/*',
    remove,
    'machines outside EC2',
    ['ssm:DeregisterManagedInstance'],
    OURS,
  ),
]

/** Every right that the actions need, and for what. sts:GetCallerIdentity needs none. */
export const permissions: readonly Permission[] = [
  ...machines,
  ...groups,
  ...ownNetwork,
  ...balancers,
  ...roles,
  ...nodes,
  ...marks,
  ...kept,
  ...leases,
  ...outsideEc2,
]
