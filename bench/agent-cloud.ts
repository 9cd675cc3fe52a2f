import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm'
import { systemClock } from '../src/kit/clock.ts'
import workerScript from '../src/local-cloud/machines/agent/run-step.sh'
import { createMetadataService } from '../src/local-cloud/machines/metadata-service.ts'
import { authorityOf } from '../src/local-cloud/services/authority.ts'
import { createServices } from '../src/local-cloud/services/create-services.ts'
import { metadataOf } from '../src/local-cloud/services/ec2/metadata.ts'
import { recordHypervisor } from '../src/local-cloud/services/record-hypervisor.ts'
import type { Call, Handler, Handlers, ServiceName } from '../src/local-cloud/wire/service.ts'
import { createWorld } from '../src/local-cloud/world/world.ts'
import { startWireServer } from '../test/local-cloud/wire/wire-server.ts'

const TRUST = JSON.stringify({
  Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } },
})
const CORE = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
const UBUNTU = 'ami-0a1b2c3d4e5f60001'

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 1))
}

/** A cloud whose machines are records, spoken to without a wire in between. */
function startCloud(speed: number) {
  const controller = new AbortController()
  const world = createWorld({ clock: systemClock, speed, signal: controller.signal })
  const machines = recordHypervisor({ world, answer: () => ({ exitCode: 0, stdout: '{}' }) })
  const handlers = createServices(world, machines)
  const call = async (service: ServiceName, operation: string, input: object) => {
    const region = service === 'iam' ? 'us-east-1' : world.region
    const caller = { accessKeyId: 'AKIARUNNER', sourceAddress: undefined, requestId: '' }
    return handlers[service]?.[operation]?.(input, { ...{ service, operation, region }, ...caller })
  }
  /** Running instances with a role that an agent needs. */
  const launch = async (count: number): Promise<string[]> => {
    const names = { RoleName: 'node', InstanceProfileName: 'node' }
    await call('iam', 'CreateRole', { RoleName: 'node', AssumeRolePolicyDocument: TRUST })
    await call('iam', 'AttachRolePolicy', { RoleName: 'node', PolicyArn: CORE })
    await call('iam', 'CreateInstanceProfile', { InstanceProfileName: 'node' })
    await call('iam', 'AddRoleToInstanceProfile', names)
    await until(() => [...world.profiles.values()].every(({ visibleAt }) => visibleAt <= Date.now()))
    await call('ec2', 'RunInstances', {
      ...{ ImageId: UBUNTU, InstanceType: 't3.large', MinCount: count, MaxCount: count },
      IamInstanceProfile: { Name: 'node' },
    })
    await until(() => [...world.instances.values()].every(({ state }) => state === 'running'))
    return [...world.instances.keys()]
  }
  return { world, machines, handlers, call, launch, close: () => controller.abort() }
}

/** The handlers, with `look` told of each call of one operation of the agent's channel and its answer. */
function watched(
  handlers: Handlers,
  name: string,
  look: (input: { Payload: string }, answer: unknown) => void,
): Handlers {
  const operation = handlers.ec2messages?.[name]
  const watching: Handler = async (input, call: Call) => {
    const answer = await operation?.(input, call)
    look(input, answer)
    return answer
  }
  return { ...handlers, ec2messages: { ...handlers.ec2messages, [name]: watching } }
}

const isFinal = ({ Payload }: { Payload: string }) => !Payload.includes('"documentStatus":"InProgress"')

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

/** The agent's own program, beside what it reads. */
function startAgent(bundle: string, directory: string, endpoint: string, metadata: string): ChildProcess {
  const path = (name: string) => join(directory, name)
  copyFileSync(bundle, path('agent.js'))
  writeFileSync(path('package.json'), '{"type":"module"}')
  writeFileSync(path('run-step.sh'), workerScript)
  writeFileSync(path('settings.json'), '{"speed":20}')
  writeFileSync(path('config.json'), JSON.stringify({ Ssm: { Endpoint: endpoint } }))
  return spawn(process.execPath, [path('agent.js')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata,
      SSM_AGENT_CONFIG: path('config.json'),
      SSM_AGENT_DIRECTORY: path('state'),
    },
  })
}

/**
 * The stand-in agent's program on this machine, against the local cloud's services over HTTP.
 * @returns milliseconds from the answer that holds the message to the final reply, one for each run
 */
export async function timeAgent(bundle: string, runs: number): Promise<number[]> {
  const cloud = startCloud(20)
  // The instance's own agent keeps silent.
  cloud.machines.connect({ ssm: { UpdateInstanceInformation: () => Promise.reject(new Error('silent')) } })
  const [id = ''] = await cloud.launch(1)
  let delivered = 0
  const times: number[] = []
  const timed = watched(
    watched(cloud.handlers, 'GetMessages', (_, answer) => {
      if ((answer as { Messages: object[] }).Messages.length > 0) delivered = performance.now()
    }),
    'SendReply',
    (reply) => {
      if (isFinal(reply)) times.push(performance.now() - delivered)
    },
  )
  const wire = await startWireServer(timed, { authority: authorityOf(cloud.world) })
  const metadata = createMetadataService({ now: Date.now, treeOf: () => metadataOf(cloud.world, id) })
  const directory = mkdtempSync(join(tmpdir(), 'rke2-action-agent-'))
  const agent = startAgent(bundle, directory, wire.endpoint, await listening(metadata))
  try {
    await until(() => cloud.world.nodes.has(id))
    while (times.length < runs) {
      const before = times.length
      await cloud.call('ssm', 'SendCommand', {
        ...{ DocumentName: 'AWS-RunShellScript', InstanceIds: [id], Parameters: { commands: ['true'] } },
      })
      await until(() => times.length > before)
      // The agent rests before it polls again.
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    return times
  } finally {
    agent.kill('SIGKILL')
    cloud.close()
    await wire.close()
    metadata.close().closeAllConnections()
    rmSync(directory, { recursive: true, force: true })
  }
}

const MACHINES = 50
const COMMANDS = 50

/**
 * Fifty commands from the SDK over HTTP to machines that are records.
 * @param targets how many of the machines each command is for
 * @returns milliseconds from the first request to the last final reply
 */
export async function timeCommands(targets: number): Promise<number> {
  const cloud = startCloud(100)
  let finals = 0
  const counting = watched(cloud.handlers, 'SendReply', (reply) => {
    if (isFinal(reply)) finals += 1
  })
  cloud.machines.connect(counting)
  const wire = await startWireServer(cloud.handlers, { authority: authorityOf(cloud.world) })
  const credentials = cloud.world.userKey
  const ssm = new SSMClient({ region: cloud.world.region, endpoint: wire.endpoint, credentials })
  try {
    const ids = await cloud.launch(MACHINES)
    await until(() => cloud.world.nodes.size === MACHINES)
    const started = performance.now()
    await Promise.all(
      Array.from({ length: COMMANDS }, (_, at) =>
        ssm.send(
          new SendCommandCommand({
            DocumentName: 'AWS-RunShellScript',
            InstanceIds: targets === MACHINES ? ids : ids.slice(at, at + targets),
            Parameters: { commands: ['true'] },
          }),
        ),
      ),
    )
    await until(() => finals === COMMANDS * targets)
    return performance.now() - started
  } finally {
    cloud.close()
    ssm.destroy()
    await wire.close()
  }
}
