import {
  AddTagsToResourceCommand,
  DeleteParametersCommand,
  GetParameterCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  paginateDescribeParameters,
  type SSMClient,
} from '@aws-sdk/client-ssm'
import type { Tags } from '../cluster/tags.ts'
import { batches } from '../kit/batches.ts'
import { unless } from './errors.ts'
import { tagList, tagsOf } from './tag-list.ts'

/** Stores a secret unless the parameter is there; an existing one keeps its value. Says whether it is new. */
export async function ensureSecret(
  ssm: SSMClient,
  wish: { name: string; value: string; description: string; tags: Tags },
): Promise<boolean> {
  const stored = await unless(
    ['ParameterAlreadyExists'],
    ssm.send(
      new PutParameterCommand({
        Name: wish.name,
        Value: wish.value,
        Type: 'SecureString',
        Description: wish.description,
        Tags: tagList(wish.tags),
      }),
    ),
  )
  return stored !== undefined
}

/** Names of all parameters below a path; their values are not read. */
export async function findParameters(ssm: SSMClient, path: string): Promise<string[]> {
  const names: string[] = []
  const ParameterFilters = [{ Key: 'Path', Option: 'Recursive', Values: [path] }]
  for await (const page of paginateDescribeParameters({ client: ssm }, { ParameterFilters }))
    for (const parameter of page.Parameters ?? []) if (parameter.Name) names.push(parameter.Name)
  return names
}

/** Tags of a parameter; none when it is gone. */
export async function parameterTags(ssm: SSMClient, name: string): Promise<Tags> {
  const answer = await unless(
    ['InvalidResourceId'],
    ssm.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: name })),
  )
  return tagsOf(answer?.TagList)
}

export async function tagParameter(ssm: SSMClient, name: string, tags: Tags): Promise<void> {
  await unless(
    ['InvalidResourceId'],
    ssm.send(
      new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: name, Tags: tagList(tags) }),
    ),
  )
}

// DeleteParameters takes ten names.
const AT_ONCE = 10

export async function deleteParameters(ssm: SSMClient, names: readonly string[]): Promise<void> {
  for (const batch of batches(names, AT_ONCE)) await ssm.send(new DeleteParametersCommand({ Names: batch }))
}

/** The value of a SecureString, or undefined when there is no such parameter. Mask it before anything else. */
export async function readSecret(ssm: SSMClient, name: string): Promise<string | undefined> {
  const answer = await unless(
    ['ParameterNotFound'],
    ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true })),
  )
  return answer?.Parameter?.Value
}
