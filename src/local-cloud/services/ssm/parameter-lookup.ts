import type { Parameter as ParameterView } from '@aws-sdk/client-ssm'
import { AwsFault } from '../../wire/service.ts'
import { IMAGES } from '../../world/image.ts'
import type { Parameter } from '../../world/parameter.ts'
import type { World } from '../../world/world.ts'

/** A parameter that was put, unless its expiration has passed. */
export function storedParameter(world: World, name: string): Parameter | undefined {
  const parameter = world.parameters.get(name)
  if (parameter?.expiresAt === undefined || parameter.expiresAt > world.clock.now()) return parameter
  world.parameters.delete(name)
  return undefined
}

export const storedParameters = (world: World): Parameter[] =>
  [...world.parameters.keys()].flatMap((name) => storedParameter(world, name) ?? [])

/** AWS's own parameters that name the images of the day. */
const publicParameters: readonly Parameter[] = IMAGES.flatMap(({ parameter: name, id, createdAt }) =>
  name === undefined ? [] : [publicParameter(name, id, createdAt)],
)

function publicParameter(name: string, id: string, createdAt: string): Parameter {
  return {
    name,
    type: 'String',
    tier: 'Standard',
    value: id,
    keyId: undefined,
    version: 1,
    description: undefined,
    policies: undefined,
    expiresAt: undefined,
    modifiedAt: Date.parse(createdAt),
  }
}

/**
 * By name, `name:version` or ARN.
 * @throws AwsFault ParameterVersionNotFound: earlier versions and labels are not kept
 */
export function findParameter(world: World, asked: string): Parameter | undefined {
  const local = asked.replace(/^arn:aws:ssm:[^:]*:[^:]*:parameter/, '')
  const [name = '', version] = local.split(':')
  const parameter = storedParameter(world, name) ?? publicParameters.find((one) => one.name === name)
  if (parameter && version !== undefined && version !== String(parameter.version))
    throw new AwsFault(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${version} of ${name}. the local cloud keeps the latest version only.`,
    )
  return parameter
}

/** All below a path, the levels under it only when `recursive`. */
export function parametersBelow(world: World, path: string, recursive: boolean): Parameter[] {
  const prefix = path.endsWith('/') ? path : `${path}/`
  return [...storedParameters(world), ...publicParameters]
    .filter(({ name }) => name.startsWith(prefix))
    .filter(({ name }) => recursive || !name.slice(prefix.length).includes('/'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A SecureString stays sealed unless decryption was asked for. */
export function parameterView(world: World, parameter: Parameter, decrypt: boolean): ParameterView {
  const secure = parameter.type === 'SecureString'
  const account = parameter.name.startsWith('/aws/') ? '' : world.account
  return {
    Name: parameter.name,
    Type: parameter.type,
    Value: secure && decrypt ? world.cipher.decrypt(parameter.value) : parameter.value,
    Version: parameter.version,
    LastModifiedDate: new Date(parameter.modifiedAt),
    ARN: `arn:aws:ssm:${world.region}:${account}:parameter/${parameter.name.replace(/^\//, '')}`,
    DataType: 'text',
  }
}
