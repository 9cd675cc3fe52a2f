import { names } from './names.ts'
import type { Demand } from './simulation.ts'

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

// The kubeconfig is born on a node and tagged in the call that stores it.
const PARAMETER_ACTIONS = ['ssm:GetParameter', 'ssm:PutParameter', 'ssm:AddTagsToResource']

interface Place {
  readonly cluster: string
  readonly region: string
  readonly account: string
  readonly partition: string
}

/** Without these no agent registers and takes commands, over one channel or the other. */
export const agentDemand: Demand = {
  actions: ['ssm:UpdateInstanceInformation', 'ec2messages:GetMessages', 'ec2messages:SendReply'],
  resources: ['*'],
  context: {},
}

const parametersOf = ({ cluster, region, account, partition }: Place) =>
  `arn:${partition}:ssm:${region}:${account}:parameter${names.parameters(cluster)}/*`

/** What nodes do with their cluster's parameters: the token is read, the kubeconfig is stored. */
export const parameterDemand = (place: Place): Demand => ({
  actions: PARAMETER_ACTIONS,
  resources: [parametersOf(place).replace('*', 'kubeconfig')],
  context: {},
})

/** The rights of a cluster's nodes, as a policy document: the SSM agent's, and this cluster's own parameters. */
export function nodePolicy(place: Place): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: AGENT_ACTIONS, Resource: '*' },
      { Effect: 'Allow', Action: PARAMETER_ACTIONS, Resource: parametersOf(place) },
    ],
  })
}
