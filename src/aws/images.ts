import { DescribeImagesCommand, type EC2Client } from '@aws-sdk/client-ec2'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { type Architecture, architectureOf, comesWithoutAgent, imageParameter } from '../cluster/image.ts'
import { UserError } from '../kit/errors.ts'
import type { AwsClients } from './clients.ts'
import { unless } from './errors.ts'

export interface Image {
  readonly id: string
  readonly architecture: Architecture
  /** /dev/sda1 on Ubuntu, /dev/xvda on Amazon Linux: a wrong one would add a second volume. */
  readonly rootDevice: string
}

interface Described extends Image {
  /** Empty when it says none. */
  readonly name: string
  /** Whether every account may use it. */
  readonly isPublic: boolean
}

/**
 * The image for an architecture. A public parameter moves, so it is resolved once for all nodes.
 * @throws UserError when the image does not exist here, or is for another architecture.
 */
export async function findImage(aws: AwsClients, image: string, architecture: Architecture): Promise<Image> {
  const parameter = imageParameter(image, architecture)
  const id = parameter ? await parameterValue(aws, parameter) : image
  const found = await describeImage(aws.ec2, id)
  refuseAgentless(found)
  const { rootDevice } = found
  if (found.architecture === architecture) return { id, architecture, rootDevice }
  throw new UserError(`image ${image} is ${found.architecture}, and the instance types are ${architecture}`, {
    hint: `Choose instance types of ${found.architecture}, or an image for ${architecture}; a group of agents may have an image of its own.`,
  })
}

async function parameterValue(aws: AwsClients, name: string): Promise<string> {
  const answer = await unless(['ParameterNotFound'], aws.ssm.send(new GetParameterCommand({ Name: name })))
  if (answer?.Parameter?.Value) return answer.Parameter.Value
  throw new UserError(`${aws.region} has no image ${name}`, {
    hint: 'Choose another image, or give an image id (ami-…).',
  })
}

/** @throws UserError when it is known to come without the SSM agent, so that no machine would ever answer */
function refuseAgentless({ id, name, isPublic }: Described): void {
  if (!isPublic || !comesWithoutAgent(name)) return
  throw new UserError(`image: ${id} (${name}) comes without the SSM agent`, {
    hint: 'Choose ubuntu-24.04 or amazon-linux-2023, or an image of your own that has the agent in it. Nothing was created.',
  })
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
      ...{ id, architecture, rootDevice: image.RootDeviceName ?? '/dev/sda1' },
      ...{ name: image.Name ?? '', isPublic: image.Public ?? false },
    }
  throw new UserError(
    `image: ${id} cannot be used: it is not in this region, not shared with you, or not for x86_64 or arm64`,
    {
      hint: 'Choose ubuntu-24.04, or an image id of this region.',
    },
  )
}
