import type {
  DeleteParameterRequest,
  DeleteParametersRequest,
  DescribeParametersRequest,
  GetParameterRequest,
  GetParametersByPathRequest,
  GetParametersRequest,
  ParameterMetadata,
  ParameterStringFilter,
} from '@aws-sdk/client-ssm'
import { AwsFault } from '../../wire/service.ts'
import type { Parameter } from '../../world/parameter.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import {
  findParameter,
  parametersBelow,
  parameterView,
  storedParameter,
  storedParameters,
} from './parameter-lookup.ts'
import { parameterTagKey } from './parameter-tags.ts'

const PATH_PAGE = 10
const DESCRIBE_PAGE = 50

/** @throws AwsFault ParameterNotFound */
export function getParameter(
  { world }: Cloud,
  { Name: name = '', WithDecryption: decrypt }: GetParameterRequest,
) {
  const parameter = findParameter(world, name)
  if (!parameter) throw new AwsFault('ParameterNotFound', `Parameter ${name} not found.`)
  return { Parameter: parameterView(world, parameter, decrypt ?? false) }
}

/** Names that aren't there are listed, not refused. */
export function getParameters(
  { world }: Cloud,
  { Names: names = [], WithDecryption: decrypt }: GetParametersRequest,
) {
  const found = names.map((name) => ({ name, parameter: findParameter(world, name) }))
  return {
    Parameters: found.flatMap(({ parameter }) =>
      parameter ? [parameterView(world, parameter, decrypt ?? false)] : [],
    ),
    InvalidParameters: found.flatMap(({ name, parameter }) => (parameter ? [] : [name])),
  }
}

export function getParametersByPath({ world }: Cloud, input: GetParametersByPathRequest) {
  const path = input.Path ?? ''
  if (!path.startsWith('/'))
    throw new AwsFault('ValidationException', `The parameter path must begin with a forward slash: ${path}`)
  const found = parametersBelow(world, path, input.Recursive ?? false)
  const page = paginate(found, input.MaxResults ?? PATH_PAGE, input.NextToken, 'InvalidNextToken')
  return {
    Parameters: page.items.map((parameter) => parameterView(world, parameter, input.WithDecryption ?? false)),
    NextToken: page.next,
  }
}

/** @throws AwsFault ParameterNotFound */
export function deleteParameter({ world }: Cloud, { Name: name = '' }: DeleteParameterRequest) {
  if (!forget(world, name)) throw new AwsFault('ParameterNotFound', `Parameter ${name} not found.`)
  return {}
}

export function deleteParameters({ world }: Cloud, { Names: names = [] }: DeleteParametersRequest) {
  const DeletedParameters = names.filter((name) => forget(world, name))
  return {
    DeletedParameters,
    InvalidParameters: names.filter((name) => !DeletedParameters.includes(name)),
  }
}

function forget(world: World, name: string): boolean {
  if (!storedParameter(world, name)) return false
  world.tags.delete(parameterTagKey(name))
  return world.parameters.delete(name)
}

export function describeParameters({ world }: Cloud, input: DescribeParametersRequest) {
  const filters = input.ParameterFilters ?? []
  const found = storedParameters(world).filter((one) => filters.every((filter) => passes(world, one, filter)))
  const page = paginate(found, input.MaxResults ?? DESCRIBE_PAGE, input.NextToken, 'InvalidNextToken')
  return { Parameters: page.items.map((one) => metadataView(world, one)), NextToken: page.next }
}

/** @throws AwsFault InvalidFilterKey, InvalidFilterOption */
function passes(world: World, parameter: Parameter, filter: ParameterStringFilter): boolean {
  const { Key: key = '', Values: values = [] } = filter
  const option = filter.Option ?? (key === 'Path' ? 'OneLevel' : 'Equals')
  if (key === 'Path') return values.some((path) => isBelow(parameter.name, path, option === 'Recursive'))
  const actual = actualValue(world, parameter, key)
  const tests: Record<string, (value: string) => boolean> = {
    Equals: (value) => actual === value,
    BeginsWith: (value) => actual?.startsWith(value) ?? false,
    Contains: (value) => actual?.includes(value) ?? false,
  }
  const test = tests[option]
  if (!test) throw new AwsFault('InvalidFilterOption', `The filter option ${option} is not valid.`)
  return values.length === 0 ? actual !== undefined : values.some(test)
}

function actualValue(world: World, parameter: Parameter, key: string): string | undefined {
  if (key.startsWith('tag:')) return world.tags.get(parameterTagKey(parameter.name))?.[key.slice(4)]
  const known: Record<string, string | undefined> = {
    Name: parameter.name,
    Type: parameter.type,
    Tier: parameter.tier,
    KeyId: parameter.keyId,
  }
  if (!Object.hasOwn(known, key))
    throw new AwsFault('InvalidFilterKey', `The filter key ${key} is not valid.`)
  return known[key]
}

function isBelow(name: string, path: string, recursive: boolean): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`
  return name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/'))
}

function metadataView(world: World, parameter: Parameter): ParameterMetadata {
  const { Name, ARN, Type, Version, LastModifiedDate, DataType } = parameterView(world, parameter, false)
  return {
    Name,
    ARN,
    Type,
    Version,
    LastModifiedDate,
    DataType,
    Tier: parameter.tier,
    ...(parameter.keyId !== undefined && { KeyId: parameter.keyId }),
    ...(parameter.description !== undefined && { Description: parameter.description }),
    Policies:
      parameter.policies === undefined
        ? []
        : [{ PolicyText: parameter.policies, PolicyType: 'Expiration', PolicyStatus: 'Pending' }],
    LastModifiedUser: `arn:aws:iam::${world.account}:user/local-cloud`,
  }
}
