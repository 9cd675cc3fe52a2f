import type { RecordedAnswer, RecordedCommand } from '../../src/local-cloud/services/recorded-agent.ts'
import type { AwsFault, Handlers } from '../../src/local-cloud/wire/service.ts'
import { around } from './around.ts'

/** What the machines of a recorded cluster have been told, and so what they answer. */
export interface Machines {
  /** Instances whose unit was started. */
  started: Set<string>
  /** Scripts in the order in which they ran: `join-server i-…`. */
  ran: string[]
  /** Overrides the answer of a script on all machines. */
  answers: Record<string, (command: RecordedCommand) => RecordedAnswer>
}

const json = (value: unknown): RecordedAnswer => ({ exitCode: 0, stdout: `${JSON.stringify(value)}\n` })

/** What a sound machine would say to a script of the chain. */
export function nodeAnswer(machines: Machines, command: RecordedCommand): RecordedAnswer {
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
        data: up,
        tail: '',
        members: [],
      })
    case 'await-agent':
      return json({ unit: up ? 'active' : 'inactive', restarts: 0, joined: up, tail: '' })
    case 'server-ca-hash':
      return json({ hash: 'a'.repeat(64) })
    case 'label-nodes':
      return json({ missing: '' })
    case 'forget-nodes':
      return json({ missing: '', gone: [] })
    case 'publish-kubeconfig':
      return json({ fresh: true })
    case 'cilium-config':
      return json({ changed: false })
    case 'cilium-rollout':
      return json({
        done: true,
        applied: true,
        desired: 6,
        updated: 6,
        available: 6,
        operators: 2,
        operatorsWanted: 2,
        tail: '',
      })
    case 'check-node':
      return json({
        agent: 'OK',
        error: '',
        reached: machines.started.size - 1,
        failed: [],
        missing: [],
        slowestMs: 1,
        slowestTo: '',
        end: true,
      })
    default:
      return { exitCode: 1, stdout: `no answer for ${script}` }
  }
}

/** Counts calls by operation, as AWS would see them, and refuses some. */
export const counted = (
  handlers: Handlers,
  calls: Map<string, number>,
  refusals: ReadonlyMap<string, () => AwsFault> = new Map(),
): Handlers =>
  around(handlers, (_, { service, operation }) => {
    if (service !== 'ec2messages') calls.set(operation, (calls.get(operation) ?? 0) + 1)
    const fault = refusals.get(operation)
    if (fault) throw fault()
  })
