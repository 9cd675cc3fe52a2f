import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { expect, test } from '@jest/globals'
import { authorityOf } from '../../../src/local-cloud/services/authority.ts'
import { startWireServer } from '../wire/wire-server.ts'
import { startCloud, UBUNTU } from './start-cloud.ts'

const machine = { ImageId: UBUNTU, InstanceType: 't3.large' as const, MinCount: 1, MaxCount: 1 }

async function onWire(work: (cloud: ReturnType<typeof startCloud>, endpoint: string) => Promise<void>) {
  const cloud = startCloud()
  const server = await startWireServer(cloud.handlers, { authority: authorityOf(cloud.world) })
  await work(cloud, server.endpoint).finally(server.close)
}

test('an answer that is lost: the work is done, and who asks again with the same token does it once', () =>
  onWire(async ({ world }, endpoint) => {
    const settings = { endpoint, region: world.region, credentials: world.userKey }
    world.faults.inject({ name: 'lose-answer:RunInstances', count: 1 })
    const once = new EC2Client({ ...settings, maxAttempts: 1 })
    const run = new RunInstancesCommand({ ...machine, ClientToken: 'one-machine' })
    await expect(once.send(run)).rejects.toThrow(/socket hang up|ECONNRESET/)
    expect(world.instances.size).toBe(1)
    world.faults.inject({ name: 'lose-answer:RunInstances', count: 1 })
    await new EC2Client(settings).send(new RunInstancesCommand({ ...machine, ClientToken: 'another' }))
    expect(world.instances.size).toBe(2)
    await once.send(new DescribeInstancesCommand({}))
  }))

test.each([
  ['ec2', 'InternalError'],
  ['ssm', 'InternalServerError'],
])('%s: an error after the work is that of the service', (service, name) =>
  onWire(async ({ world }, endpoint) => {
    const settings = { endpoint, region: world.region, credentials: world.userKey, maxAttempts: 1 }
    world.faults.inject({ name: 'error-after:RunInstances', count: 1 })
    world.faults.inject({ name: 'error-after:PutParameter', count: 1 })
    const put = { Name: '/n', Value: 'v', Type: 'String' as const }
    const sent =
      service === 'ec2'
        ? new EC2Client(settings).send(new RunInstancesCommand(machine))
        : new SSMClient(settings).send(new PutParameterCommand(put))
    await expect(sent).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 500 } })
    expect(world.instances.size + world.parameters.size).toBe(1)
  }),
)
