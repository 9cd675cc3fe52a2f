import { afterAll, afterEach } from '@jest/globals'
import { clusterSpec } from '../../src/cluster/spec.ts'
import { systemClock } from '../../src/kit/clock.ts'
import { createLog, type Log } from '../../src/kit/log.ts'
import { authorityOf } from '../../src/local-cloud/services/authority.ts'
import { createServices } from '../../src/local-cloud/services/create-services.ts'
import { recordHypervisor } from '../../src/local-cloud/services/record-hypervisor.ts'
import type { AwsFault, Handlers } from '../../src/local-cloud/wire/service.ts'
import { createWorld, type World } from '../../src/local-cloud/world/world.ts'
import type { Context } from '../../src/phases/context.ts'
import { openContext } from '../../src/phases/open-context.ts'
import { startWireServer } from '../local-cloud/wire/wire-server.ts'
import { counted, type Machines, nodeAnswer } from './recorded-machines.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const before = { ...process.env }
afterAll(() => {
  process.env = before
})

/** A cluster whose machines are records, behind the real HTTP interface of the local cloud, and a context to work on it. */
export async function recordedCluster(
  settings: Record<string, unknown> = {},
  watch: (world: World, handlers: Handlers) => Handlers = (_, handlers) => handlers,
) {
  const controller = new AbortController()
  const world = createWorld({ clock: systemClock, speed: 200, signal: controller.signal })
  const machines: Machines = { started: new Set(), ran: [], answers: {} }
  const calls = new Map<string, number>()
  const refusals = new Map<string, () => AwsFault>()
  const hypervisor = recordHypervisor({ world, answer: (command) => nodeAnswer(machines, command) })
  const handlers = createServices(world, hypervisor, { report: () => {} })
  hypervisor.connect(handlers)
  const server = await startWireServer(counted(watch(world, handlers), calls, refusals), {
    authority: authorityOf(world),
  })
  closing.push(async () => {
    controller.abort()
    await server.close()
  })
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: world.userKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: world.userKey.secretAccessKey,
  })
  const lines: string[] = []
  const contextOf = (more: Record<string, unknown> = {}): Context => {
    const read = clusterSpec({
      'cluster-name': 'pr-42',
      'aws-region': world.region,
      'rke2-version': 'v1.35.4+rke2r1',
      'artifact-url': 'http://mirror.example/rke2',
      timeout: 20,
      ...settings,
      ...more,
    })
    if ('faults' in read) throw new Error(JSON.stringify(read.faults))
    const signal = new AbortController().signal
    return openContext(read.spec, { clock: systemClock, log: logTo(lines), signal, env: {} })
  }
  /** From now on the operation is refused so. */
  const refuse = (operation: string, fault: () => AwsFault) => refusals.set(operation, fault)
  return { world, machines, calls, lines, refuse, context: contextOf(), contextOf }
}

const logTo = (lines: string[]): Log =>
  createLog({ write: (level, line) => lines.push(`${level} ${line}`), mask: () => {} }, systemClock.now)
