import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { CreateInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { type Ready, readyLine } from '../../../src/local-cloud/action.ts'
import { bundlePrograms } from './machine-room.ts'

/** What the whole program needs beside it. */
export const bundleCloud = (directory: string) =>
  bundlePrograms(directory, {
    index: 'src/local-cloud/main.ts',
    agent: 'src/local-cloud/machines/agent/main.ts',
  })

/** `index.js start`, and the line that it prints when it answers. */
export async function startCloud(
  programs: string,
  ...flags: string[]
): Promise<{ front: ChildProcess; ready: Ready }> {
  const args = [join(programs, 'index.js'), 'start', ...flags]
  const front = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(front.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return { front, ready: readyLine.parse(JSON.parse(line.toString())) }
}

export const clientOf = ({ endpoint, region, accessKeyId, secretAccessKey }: Ready) => ({
  endpoint,
  region,
  credentials: { accessKeyId, secretAccessKey },
})

/** A machine of it that runs, so that there is something to be left behind. Gives its id. */
export async function launchMachine(ready: Ready, userData = ''): Promise<string> {
  const client = clientOf(ready)
  await new IAMClient(client).send(new CreateInstanceProfileCommand({ InstanceProfileName: 'p' }))
  const name = '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id'
  const image = await new SSMClient(client).send(new GetParameterCommand({ Name: name }))
  const ec2 = new EC2Client(client)
  const launched = await ec2.send(
    new RunInstancesCommand({
      ...{ ImageId: image.Parameter?.Value, InstanceType: 't3.medium', MinCount: 1, MaxCount: 1 },
      ...(userData && { UserData: Buffer.from(userData).toString('base64') }),
    }),
  )
  for (let left = 300; left > 0; left--) {
    const found = await ec2.send(new DescribeInstancesCommand({}))
    if (found.Reservations?.[0]?.Instances?.[0]?.State?.Name === 'running')
      return launched.Instances?.[0]?.InstanceId ?? ''
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the machine does not run')
}
