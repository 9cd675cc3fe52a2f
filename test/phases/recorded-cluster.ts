import { afterAll, afterEach } from '@jest/globals'
import { clusterSpec } from '../../src/cluster/spec.ts'
import { systemClock } from '../../src/kit/clock.ts'
import { createLog, type Log } from '../../src/kit/log.ts'
import { createServices } from '../../src/local-cloud/services/create-services.ts'
import { recordHypervisor } from '../../src/local-cloud/services/record-hypervisor.ts'
import type { RecordedAnswer, RecordedCommand } from '../../src/local-cloud/services/recorded-agent.ts'
import type { Call, Handlers } from '../../src/local-cloud/wire/service.ts'
import { createWorld } from '../../src/local-cloud/world/world.ts'
import type { Context } from '../../src/phases/context.ts'
import { openContext } from '../../src/phases/open-context.ts'
import { startWireServer } from '../local-cloud/wire/wire-server.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const before = { ...process.env }
afterAll(() => {
  process.env = before
})

/** What the machines of a recorded cluster have been told, and so what they answer. */
interface Machines {
  /** Instances whose unit was started. */
  started: Set<string>
  /** Scripts in the order in which they ran: `join-server i-…`. */
  ran: string[]
  /** Overrides the answer of a script on all machines. */
  answers: Record<string, (command: RecordedCommand) => RecordedAnswer>
}

const json = (value: unknown): RecordedAnswer => ({ exitCode: 0, stdout: `${JSON.stringify(value)}\n` })

function nodeAnswer(machines: Machines, command: RecordedCommand): RecordedAnswer {
  const script = command.comment.replace('rke2-action ', '')
  const { instanceId } = command
  machines.ran.push(`${script} ${instanceId}`)
  const overridden = machines.answers[script]
  if (overridden) return overridden(command)
  const up = machines.started.has(instanceId)
  switch (script) {
    case 'ready':
      return json({ arch: 'x86_64', os: 'Ubuntu 24.04', kernel: '6.8' })
    case 'install-rke2':
      return json({ version: 'v1.35.4+rke2r1', fresh: !up })
    case 'start-first-server':
    case 'join-server':
    case 'join-agent':
      machines.started.add(instanceId)
      return json({ started: !up })
    case 'await-server':
      return json({
        name: instanceId,
        unit: up ? 'active' : 'inactive',
        restarts: 0,
        etcd: up,
        readyz: up,
        voter: up,
        tail: '',
        members: [],
      })
    case 'await-agent':
      return json({ unit: up ? 'active' : 'inactive', restarts: 0, tail: '' })
    case 'server-ca-hash':
      return json({ hash: 'a'.repeat(64) })
    case 'label-nodes':
      return json({ labelled: 1 })
    case 'publish-kubeconfig':
      return json({ fresh: true })
    case 'cilium-config':
      return json({ changed: false })
    case 'cilium-rollout':
      return json({
        done: true,
        desired: 6,
        updated: 6,
        available: 6,
        operators: 2,
        operatorsWanted: 2,
        tail: '',
      })
    default:
      return { exitCode: 1, stdout: `no answer for ${script}` }
  }
}

/** Counts calls by operation, as AWS would see them. */
const counted = (handlers: Handlers, calls: Map<string, number>): Handlers =>
  Object.fromEntries(
    Object.entries(handlers).map(([service, operations]) => [
      service,
      Object.fromEntries(
        Object.entries(operations ?? {}).map(([operation, handle]) => [
          operation,
          (input: unknown, call: Call) => {
            if (service !== 'ec2messages') calls.set(operation, (calls.get(operation) ?? 0) + 1)
            return handle(input, call)
          },
        ]),
      ),
    ]),
  )

/** A cluster whose machines are records, behind the real HTTP interface of the local cloud, and a context to work on it. */
export async function recordedCluster(settings: Record<string, unknown> = {}) {
  const controller = new AbortController()
  const world = createWorld({ clock: systemClock, speed: 200, signal: controller.signal })
  const machines: Machines = { started: new Set(), ran: [], answers: {} }
  const calls = new Map<string, number>()
  const hypervisor = recordHypervisor({ world, answer: (command) => nodeAnswer(machines, command) })
  const handlers = createServices(world, hypervisor, { report: () => {} })
  hypervisor.connect(handlers)
  const server = await startWireServer(counted(handlers, calls))
  closing.push(async () => {
    controller.abort()
    await server.close()
  })
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: 'AKIALOCALCLOUD000000',
    AWS_SECRET_ACCESS_KEY: 'none',
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
  return { world, machines, calls, lines, context: contextOf(), contextOf }
}

const logTo = (lines: string[]): Log =>
  createLog({ write: (level, line) => lines.push(`${level} ${line}`), mask: () => {} }, systemClock.now)
