import { names } from './names.ts'

// What the SSM agent needs for Run Command. The managed policy AmazonSSMManagedInstanceCore would also let every node
// read every parameter of the account.
const AGENT_ACTIONS = [
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
  'ssm:ListAssociations',
  'ssm:ListInstanceAssociations',
  'ssm:UpdateInstanceAssociationStatus',
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
]

/** The rights of a cluster's nodes, as a policy document: the SSM agent's, and this cluster's own parameters. */
export function nodePolicy(options: {
  cluster: string
  region: string
  account: string
  partition: string
}): string {
  const { cluster, region, account, partition } = options
  const parameters = `arn:${partition}:ssm:${region}:${account}:parameter${names.parameters(cluster)}/*`
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: AGENT_ACTIONS, Resource: '*' },
      {
        Effect: 'Allow',
        // The kubeconfig is born on a node and tagged in the call that stores it.
        Action: ['ssm:GetParameter', 'ssm:PutParameter', 'ssm:AddTagsToResource'],
        Resource: parameters,
      },
    ],
  })
}
