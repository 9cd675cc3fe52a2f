import type { Permission } from './permission.ts'
import { asking, deploy, ec2, keepAndRemove, LEASE, OURS, on, PARAMETER, remove, verify } from './terms.ts'

export const nodes: readonly Permission[] = [
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

export const leases: readonly Permission[] = [
  ...on(LEASE, keepAndRemove, 'who works with the cluster', ['ssm:GetParametersByPath']),
  ...on(LEASE, deploy, 'a lease is given back', ['ssm:DeleteParameters']),
  ...on(LEASE, remove, 'nobody else works with what is taken away', ['ssm:PutParameter']),
  ...on(LEASE, ['teardown'], 'a lease says whose it is', ['ssm:AddTagsToResource']),
]

export const outsideEc2: readonly Permission[] = [
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
