import { systemClock } from '../src/kit/clock.ts'
import { authorityOf } from '../src/local-cloud/services/authority.ts'
import { createServices } from '../src/local-cloud/services/create-services.ts'
import { recordHypervisor } from '../src/local-cloud/services/record-hypervisor.ts'
import type { RecordedCommand } from '../src/local-cloud/services/recorded-agent.ts'
import type { Call, Handlers } from '../src/local-cloud/wire/service.ts'
import type { Strike } from '../src/local-cloud/world/faults.ts'
import { standingIn } from '../src/local-cloud/world/standing.ts'
import { createWorld, type World } from '../src/local-cloud/world/world.ts'
import { startWireServer } from '../test/local-cloud/wire/wire-server.ts'
import { counted, nodeAnswer } from '../test/phases/recorded-machines.ts'
import type { BenchCloud } from './bench-cloud.ts'

export interface RecordedOptions {
  /** Default 100. */
  speed?: number
  onStrike?: (strike: Strike) => void
  /** Does the work of each call over the wire, and may look at it. */
  around?: (call: Call, input: Readonly<Record<string, unknown>>, work: () => unknown) => unknown
}

/** AWS's APIs over HTTP with machines that are only records, and the calls that were made by operation. */
export async function startRecordedCloud({ speed = 100, onStrike, around }: RecordedOptions = {}) {
  const controller = new AbortController()
  const world = createWorld({
    ...{ clock: systemClock, speed, signal: controller.signal },
    ...(onStrike ? { onStrike } : {}),
  })
  const machines = { started: new Set<string>(), ran: [], answers: {} }
  const calls = new Map<string, number>()
  const hypervisor = recordHypervisor({
    world,
    answer: (command) => {
      if (command.comment.endsWith('publish-kubeconfig')) void storeKubeconfig(handlers, world, command)
      return nodeAnswer(machines, command)
    },
  })
  const handlers: Handlers = createServices(world, hypervisor, { report: console.error })
  hypervisor.connect(handlers)
  const server = await startWireServer(watched(counted(handlers, calls), around), {
    authority: authorityOf(world),
  })
  const cloud: BenchCloud = {
    endpoint: server.endpoint,
    ...world.userKey,
    // The checks that a record can answer to.
    inputs: {
      'rke2-version': 'v1.35.4+rke2r1',
      'artifact-url': 'http://mirror.example/rke2',
      checks: 'zones,connectivity',
    },
    standing: async () => standingIn(world),
    stop: async () => {
      controller.abort()
      await server.close()
    },
  }
  return { ...cloud, world, handlers, calls }
}

/** What the script does on a node: it puts the kubeconfig where its settings say, with the cluster's tags. */
async function storeKubeconfig(
  handlers: Handlers,
  { region, parameters }: World,
  { commands }: RecordedCommand,
): Promise<void> {
  const [, packed = ''] = /printf %s (\S+)/.exec(commands[0] ?? '') ?? []
  const script = Buffer.from(packed, 'base64').toString()
  const [, Name] = /^export PARAMETER='(.*?)'$/m.exec(script) ?? []
  // A command whose answer was lost runs twice.
  if (parameters.has(Name ?? '')) return
  const [, tags = ''] = /^export TAGS='([^']*)'$/m.exec(script) ?? []
  const Tags = tags.split('\n').map((tag) => ({ Key: tag.split('=')[0], Value: tag.split(/=(.*)/)[1] }))
  const put = { service: 'ssm', operation: 'PutParameter' } as const
  const caller = { region, accessKeyId: undefined, sourceAddress: undefined, requestId: '' }
  const input = { Name, Value: 'a kubeconfig', Type: 'SecureString', Tags }
  await handlers.ssm?.['PutParameter']?.(input, { ...put, ...caller })
}

function watched(handlers: Handlers, around: RecordedOptions['around']): Handlers {
  if (!around) return handlers
  const operations = Object.entries(handlers).map(([service, of]) => [
    service,
    Object.fromEntries(
      Object.entries(of ?? {}).map(([name, handle]) => [
        name,
        (input: Record<string, unknown>, call: Call) => around(call, input, () => handle(input, call)),
      ]),
    ),
  ])
  return Object.fromEntries(operations) as Handlers
}
