import type { PutParameterRequest, SendCommandRequest } from '@aws-sdk/client-ssm'
import type { ConditionKeys } from '../../world/policy-condition.ts'
import type { World } from '../../world/world.ts'
import { type Demand, ofAnything, type Rule, type Rules, requestTags, resourceTags } from './demand.ts'

function parameter(world: World, name: string, keys: ConditionKeys = {}): Demand {
  // AWS's own parameters belong to no account.
  const account = name.startsWith('/aws/') ? '' : world.account
  return {
    resource: `arn:aws:ssm:${world.region}:${account}:parameter/${name.replace(/^\//, '')}`,
    keys: { ...keys, ...resourceTags(world.tags.get(`parameter/${name}`), 'ssm') },
  }
}

function sendCommand(world: World, input: SendCommandRequest): Demand[] {
  const { DocumentName: name = '', InstanceIds: ids, Targets: targets = [] } = input
  const { region, account } = world
  const owner = name.startsWith('AWS-') ? '' : account
  const nodes = ids ?? (targets.length ? ['*'] : [])
  return [
    { resource: `arn:aws:ssm:${region}:${owner}:document/${name}`, keys: {} },
    ...nodes.map((id) => ({
      resource: id.startsWith('mi-')
        ? `arn:aws:ssm:${region}:${account}:managed-instance/${id}`
        : `arn:aws:ec2:${region}:${account}:instance/${id}`,
      keys: resourceTags(world.tags.get(id), 'ssm'),
    })),
  ]
}

function putParameter(world: World, { Name: name = '', Tags: tags }: PutParameterRequest): Demand[] {
  const demand = parameter(world, name, requestTags(tags))
  return tags?.length ? [demand, { ...demand, action: 'ssm:AddTagsToResource' }] : [demand]
}

const ofParameter: Rule = (world, { Name: name = '' }) => [parameter(world, name)]
const ofParameters: Rule = (world, { Names: names = [] }: { Names?: string[] }) =>
  names.map((name) => parameter(world, name))

/** What tags are put on is a parameter, or something else of SSM's by its type and id. */
const ofTagged: Rule = (world, { ResourceType: type = '', ResourceId: id = '', Tags: tags }) => {
  if (type === 'Parameter') return [parameter(world, id, requestTags(tags))]
  const kind = type.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
  const resource = `arn:aws:ssm:${world.region}:${world.account}:${kind}/${id}`
  return [{ resource, keys: { ...requestTags(tags), ...resourceTags(world.tags.get(id), 'ssm') } }]
}

/** "Actions, resources, and condition keys for AWS Systems Manager" of the service authorization reference. */
export const ssmRules: Rules = {
  ...ofAnything('CancelCommand GetCommandInvocation ListCommandInvocations ListCommands'),
  ...ofAnything('DescribeInstanceInformation DescribeParameters DescribeActivations DeleteActivation'),
  ...ofAnything('CreateActivation UpdateInstanceInformation ListInstanceAssociations'),
  SendCommand: sendCommand,
  DeregisterManagedInstance: (world, { InstanceId: id = '' }) => [
    {
      resource: `arn:aws:ssm:${world.region}:${world.account}:managed-instance/${id}`,
      keys: resourceTags(world.tags.get(id), 'ssm'),
    },
  ],
  PutParameter: putParameter,
  GetParameter: ofParameter,
  GetParameters: ofParameters,
  GetParametersByPath: (world, { Path: path = '' }) => [parameter(world, path)],
  DeleteParameter: ofParameter,
  DeleteParameters: ofParameters,
  AddTagsToResource: ofTagged,
  RemoveTagsFromResource: ofTagged,
  ListTagsForResource: ofTagged,
}
