import { DescribeImagesCommand, type EC2Client } from '@aws-sdk/client-ec2'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { type ImageDisks, leastRootGib } from '../cluster/disks.ts'
import { type Architecture, architectureOf, comesWithoutAgent, imageParameter } from '../cluster/image.ts'
import { throwAll, UserError } from '../kit/errors.ts'
import type { AwsClients } from './clients.ts'
import { disksOfImage } from './disk-mapping.ts'
import { unless } from './errors.ts'

export interface Image extends ImageDisks {
  readonly id: string
  readonly architecture: Architecture
}

interface Wish {
  readonly image: string
  readonly architecture: Architecture
  readonly rootGib: number
}

interface Described extends Image {
  /** Empty when it says none. */
  readonly name: string
  /** Whether every account may use it. */
  readonly isPublic: boolean
}

/**
 * The image for an architecture. A public parameter moves, so it is resolved once for all nodes.
 * @throws UserError when the image does not exist here, is for another architecture, or needs a larger root.
 */
export async function findImage(aws: AwsClients, wish: Wish): Promise<Image> {
  const { image, architecture } = wish
  const parameter = imageParameter(image, architecture)
  const id = parameter ? await parameterValue(aws, parameter) : image
  const found = await describeImage(aws.ec2, id)
  throwAll(imageFaults(found, wish))
  const { rootDevice, disks } = found
  return { id, architecture, rootDevice, disks }
}

/** The disks of an image that is named by its id. @throws UserError when it does not exist here */
export const disksById = (ec2: EC2Client, id: string): Promise<ImageDisks> => describeImage(ec2, id)

const imageFaults = (found: Described, wish: Wish): UserError[] =>
  [agentless(found), otherArchitecture(found, wish), largerRoot(found, wish)].flatMap((fault) => fault ?? [])

async function parameterValue(aws: AwsClients, name: string): Promise<string> {
  const answer = await unless(['ParameterNotFound'], aws.ssm.send(new GetParameterCommand({ Name: name })))
  if (answer?.Parameter?.Value) return answer.Parameter.Value
  throw new UserError(`${aws.region} has no image ${name}`, {
    hint: 'Choose another image, or give an image id (ami-…).',
  })
}

/** Where it is known to come without the SSM agent no machine would ever answer. */
function agentless({ id, name, isPublic }: Described): UserError | undefined {
  if (!isPublic || !comesWithoutAgent(name)) return undefined
  return new UserError(`image: ${id} (${name}) comes without the SSM agent`, {
    hint: 'Choose ubuntu-24.04 or amazon-linux-2023, or an image of your own that has the agent in it. Nothing was created.',
  })
}

function otherArchitecture(found: Described, { image, architecture }: Wish): UserError | undefined {
  if (found.architecture === architecture) return undefined
  return new UserError(
    `image ${image} is ${found.architecture}, and the instance types are ${architecture}`,
    {
      hint: `Choose instance types of ${found.architecture}, or an image for ${architecture}; a group of agents may have an image of its own.`,
    },
  )
}

/** EC2 would say InvalidBlockDeviceMapping, when all but the machines is made. */
function largerRoot(found: Described, { rootGib }: Wish): UserError | undefined {
  const least = leastRootGib(found)
  if (least <= rootGib) return undefined
  const named = found.name ? `${found.id} (${found.name})` : found.id
  return new UserError(
    `volume-size: ${rootGib} GiB is less than the root of image ${named} has: ${least} GiB`,
    {
      hint: `Set volume-size to ${least} or more, or choose an image with a smaller root. Nothing was created.`,
    },
  )
}

async function describeImage(ec2: EC2Client, id: string): Promise<Described> {
  const found = await unless(
    ['InvalidAMIID.NotFound', 'InvalidAMIID.Malformed', 'InvalidAMIID.Unavailable'],
    ec2.send(new DescribeImagesCommand({ ImageIds: [id] })),
  )
  const image = found?.Images?.[0]
  const architecture = architectureOf(image?.Architecture)
  if (image && architecture)
    return {
      ...{ id, architecture, ...disksOfImage(image) },
      ...{ name: image.Name ?? '', isPublic: image.Public ?? false },
    }
  throw new UserError(
    `image: ${id} cannot be used: it is not in this region, not shared with you, or not for x86_64 or arm64`,
    {
      hint: 'Choose ubuntu-24.04, or an image id of this region.',
    },
  )
}
