import { randomUUID } from 'node:crypto'
import { afterEach } from '@jest/globals'
import { type Clock, systemClock } from '../../../src/kit/clock.ts'
import type {
  BalancerListener,
  FirewallRule,
  Hypervisor,
} from '../../../src/local-cloud/machines/hypervisor.ts'
import { createServices } from '../../../src/local-cloud/services/create-services.ts'
import { recordHypervisor } from '../../../src/local-cloud/services/record-hypervisor.ts'
import type { Answer } from '../../../src/local-cloud/services/recorded-agent.ts'
import type { ServiceName } from '../../../src/local-cloud/wire/service.ts'
import type { Policy } from '../../../src/local-cloud/world/policy.ts'
import { createWorld } from '../../../src/local-cloud/world/world.ts'

const closing: AbortController[] = []
afterEach(() => {
  for (const controller of closing.splice(0)) controller.abort()
})

export interface StartOptions {
  speed?: number
  clock?: Clock
  /** Calls above AWS's token buckets are refused. */
  throttles?: boolean
  /** What the account's user may do. */
  userPolicy?: Policy
  answer?: Answer
  /** The cloud outlives the test; who asks for it calls `close`. */
  keepOpen?: boolean
}

/** What the hypervisor was told of the network last, and what health checks find. */
interface Ether {
  firewall: readonly FirewallRule[]
  balancers: readonly BalancerListener[]
  names: Readonly<Record<string, string[]>>
  /** Addresses that don't answer. */
  deaf: Set<string>
}

/** Machines that are records, in a network that is written down. */
function inEther(machines: ReturnType<typeof recordHypervisor>, ether: Ether): Hypervisor {
  const { hasNetwork: _, connect: __, ...rest } = machines
  return {
    ...rest,
    setFirewall: async (rules) => {
      ether.firewall = rules
    },
    setBalancers: async (listeners) => {
      ether.balancers = listeners
    },
    setNames: (names) => {
      ether.names = names
    },
    probeTcp: async ({ address }) => !ether.deaf.has(address),
  }
}

/** A cloud with machines that are only records; `call` speaks as the runner does, without a wire in between. */
export function startCloud({
  speed = 400,
  clock = systemClock,
  throttles = false,
  userPolicy,
  answer = () => ({ exitCode: 0, stdout: '{}' }),
  keepOpen = false,
}: StartOptions = {}) {
  const controller = new AbortController()
  if (!keepOpen) closing.push(controller)
  const world = createWorld({
    ...{ clock, speed, throttles, userPolicy },
    signal: controller.signal,
  })
  const machines = recordHypervisor({ world, answer })
  const ether: Ether = { firewall: [], balancers: [], names: {}, deaf: new Set() }
  const troubles: unknown[] = []
  const handlers = createServices(world, inEther(machines, ether), {
    report: (error) => troubles.push(error),
  })
  machines.connect(handlers)
  const call: Caller = async (service, operation, input = {}) => {
    const handler = handlers[service]?.[operation]
    if (!handler) throw new Error(`no ${service}:${operation}`)
    const region = service === 'iam' ? 'us-east-1' : world.region
    const requestId = randomUUID()
    return handler(input, {
      ...{ service, operation, region, requestId },
      accessKeyId: world.userKey.accessKeyId,
      sourceAddress: '127.0.0.1',
    })
  }
  const close = () => controller.abort()
  return { close, world, machines, handlers, ether, troubles, call, ...steps(call) }
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
export type Caller = (service: ServiceName, operation: string, input?: object) => Promise<any>

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } },
})
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: ['ssm:*', 'ec2messages:*'], Resource: '*' },
})
export const UBUNTU = 'ami-0a1b2c3d4e5f60001'

const steps = (call: Caller) => ({
  /** A role with a profile of the same name, which EC2 sees already. */
  async createProfile(name: string) {
    await call('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: TRUST })
    await call('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'node', PolicyDocument: POLICY })
    await call('iam', 'CreateInstanceProfile', { InstanceProfileName: name })
    await call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName: name })
    const profile = { IamInstanceProfile: { Name: name }, DryRun: true }
    await eventually(
      () => launch(call, profile).catch(({ code }) => code),
      (code) => code === 'DryRunOperation',
    )
  },
  launch: (input: object = {}) => launch(call, input),
  /** A machine that runs. */
  async launchOne(input: object = {}): Promise<string> {
    const { Instances: instances } = await launch(call, input)
    const id: string = instances[0].InstanceId
    await eventually(
      () => call('ec2', 'DescribeInstances', { InstanceIds: [id] }),
      ({ Reservations: [found] }) => found.Instances[0].State.Name === 'running',
    )
    return id
  },
})

const launch = (call: Caller, input: object) =>
  call('ec2', 'RunInstances', {
    ...{ ImageId: UBUNTU, InstanceType: 't3.large', MinCount: 1, MaxCount: 1 },
    ...input,
  })

/** Asks again until the answer passes; a test's own timeout ends it otherwise. */
export async function eventually<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The code of what a call was refused with. */
export const refusal = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'nothing: it succeeded',
    (error: { code?: string }) => error.code ?? String(error),
  )
