import type { PutParameterRequest, PutParameterResult, Tag } from '@aws-sdk/client-ssm'
import * as z from 'zod'
import { AwsFault } from '../../wire/service.ts'
import { type Parameter, type Tier, tierFor } from '../../world/parameter.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { storedParameter } from './parameter-lookup.ts'
import { parameterTagKey, tagParameter } from './parameter-tags.ts'

const MOST_VERSIONS = 100
const MOST_LEVELS = 15

const policiesSchema = z.array(
  z.strictObject({
    Type: z.literal('Expiration'),
    Version: z.string(),
    Attributes: z.strictObject({ Timestamp: z.iso.datetime({ offset: true }) }),
  }),
)

export function putParameter({ world }: Cloud, input: PutParameterRequest): PutParameterResult {
  const name = input.Name ?? ''
  refuseName(name)
  refuseValue(input)
  const before = storedParameter(world, name)
  refuseOverwrite(input, before)
  const tier = tierOf(input, before)
  const parameter: Parameter = {
    name,
    tier,
    type: input.Type ?? before?.type ?? missingType(),
    ...sealed(world, input, before),
    version: (before?.version ?? 0) + 1,
    description: input.Description ?? before?.description,
    policies: input.Policies,
    expiresAt: expiryOf(input.Policies),
    modifiedAt: world.clock.now(),
  }
  if (parameter.version > MOST_VERSIONS)
    throw new AwsFault('ParameterMaxVersionLimitExceeded', `Parameter ${name} has ${MOST_VERSIONS} versions.`)
  if (!before) world.tags.delete(parameterTagKey(name))
  tagParameter(world, name, (input.Tags ?? []) as Required<Tag>[])
  world.parameters.set(name, parameter)
  return { Version: parameter.version, Tier: tier }
}

const refused = (message: string) => new AwsFault('ValidationException', message)

function refuseName(name: string): void {
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name))
    throw refused(
      'Parameter name: only letters, numbers and the following 3 symbols .-_ are allowed, with / to separate levels',
    )
  if (/^\/?(aws|ssm)/i.test(name))
    throw refused('Parameter name: can\'t be prefixed with "ssm" or "aws" (case-insensitive)')
  if (name.includes('/') && !name.startsWith('/'))
    throw refused(`Parameter name must be a fully qualified name: it has levels but no leading /: ${name}`)
  if (name.split('/').length - 1 > MOST_LEVELS)
    throw new AwsFault(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${MOST_LEVELS} levels.`,
    )
}

function refuseValue({
  Value: value = '',
  KeyId: key,
  Type: type,
  AllowedPattern: pattern,
}: PutParameterRequest): void {
  if (value === '') throw refused('Parameter value must not be empty.')
  if (value.includes('{{'))
    throw refused('Parameter value: can\'t contain nested parameters, as in "{{ parameter-name }}"')
  if (key !== undefined && type !== 'SecureString')
    throw refused('KeyId is required for SecureString type parameters only.')
  if (pattern !== undefined && !new RegExp(pattern).test(value))
    throw new AwsFault('ParameterPatternMismatchException', 'Parameter value failed to satisfy its pattern.')
}

function refuseOverwrite(input: PutParameterRequest, before: Parameter | undefined): void {
  if (input.Overwrite && input.Tags?.length)
    throw refused(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    )
  if (before && !input.Overwrite)
    throw new AwsFault(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    )
}

function tierOf(input: PutParameterRequest, before: Parameter | undefined): Tier {
  const bytes = Buffer.byteLength(input.Value ?? '')
  const hasPolicies = input.Policies !== undefined && input.Policies !== '' && input.Policies !== '[]'
  const tier = tierFor(input.Tier, bytes, hasPolicies, before?.tier)
  if (tier) return tier
  throw refused(
    hasPolicies
      ? 'Parameter policies are supported by advanced parameters only. Use the advanced tier.'
      : `${input.Tier ?? 'Standard'} tier parameters support a maximum parameter value of ${input.Tier === 'Advanced' ? 8192 : 4096} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
  )
}

const missingType = (): never => {
  throw refused('A parameter type is required when you create a parameter.')
}

function sealed(world: World, input: PutParameterRequest, before: Parameter | undefined) {
  const value = input.Value ?? ''
  const secure = (input.Type ?? before?.type) === 'SecureString'
  if (!secure) return { value, keyId: undefined }
  return { value: world.cipher.encrypt(value), keyId: input.KeyId ?? 'alias/aws/ssm' }
}

/** @throws AwsFault InvalidPolicyTypeException for anything but an expiration, which is all there is here */
function expiryOf(policies: string | undefined): number | undefined {
  if (!policies) return undefined
  try {
    const [expiration] = policiesSchema.parse(JSON.parse(policies))
    return expiration && Date.parse(expiration.Attributes.Timestamp)
  } catch {
    throw new AwsFault(
      'InvalidPolicyTypeException',
      `the local cloud knows only the policy Expiration: ${policies}`,
    )
  }
}
