import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { ListCommandInvocationsCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { Cloud } from './cloud.ts'

const settings = ({ endpoint, env }: Cloud) => ({
  endpoint,
  region: 'eu-west-1',
  credentials: {
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
  },
})

export const ec2 = (cloud: Cloud) => new EC2Client(settings(cloud))
export const ssm = (cloud: Cloud) => new SSMClient(settings(cloud))

/** Instance ids by node name, of machines that are not terminated. */
export async function machines(cloud: Cloud): Promise<Record<string, string>> {
  const { Reservations } = await ec2(cloud).send(
    new DescribeInstancesCommand({
      Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] }],
    }),
  )
  const instances = (Reservations ?? []).flatMap((reservation) => reservation.Instances ?? [])
  return Object.fromEntries(
    instances.map(({ InstanceId, Tags }) => [
      Tags?.find(({ Key }) => Key === 'Name')?.Value ?? '',
      InstanceId ?? '',
    ]),
  )
}

/** Runs shell on a node, as an operator would, and gives what it printed. */
export async function onNode(cloud: Cloud, node: string, ...commands: string[]): Promise<string> {
  const id = (await machines(cloud))[node]
  if (!id) throw new Error(`there is no machine ${node}`)
  const client = ssm(cloud)
  const { Command } = await client.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [id],
      Parameters: { commands },
    }),
  )
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const { CommandInvocations } = await client.send(
      new ListCommandInvocationsCommand({ CommandId: Command?.CommandId, Details: true }),
    )
    const [invocation] = CommandInvocations ?? []
    if (!invocation || ['Pending', 'InProgress', 'Delayed'].includes(invocation.Status ?? '')) continue
    const output = invocation.CommandPlugins?.[0]?.Output ?? ''
    if (invocation.Status !== 'Success') throw new Error(`${node}: ${invocation.Status}: ${output}`)
    return output
  }
}
