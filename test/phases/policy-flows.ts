import { tmpdir } from 'node:os'
import * as z from 'zod'
import { tellWhatIsUp } from '../../src/actions/hold-on-failure.ts'
import { writeKubeconfig } from '../../src/actions/write-kubeconfig.ts'
import { worldOf } from '../../src/checks/world-of-context.ts'
import type { PolicyRole } from '../../src/cluster/permissions.ts'
import { tagKeys } from '../../src/cluster/tags.ts'
import { type Clock, systemClock } from '../../src/kit/clock.ts'
import { ssmRunner } from '../../src/nodes/ssm-runner.ts'
import { clusterPhases } from '../../src/phases/cluster.ts'
import type { Context } from '../../src/phases/context.ts'
import { hold } from '../../src/phases/hold.ts'
import { releaseLeases, withLease } from '../../src/phases/lease/with-lease.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { startStopped } from '../../src/phases/provision/start-stopped.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { sweep } from '../../src/phases/sweep.ts'
import { teardown } from '../../src/phases/teardown.ts'
import type { recordedCluster } from './recorded-cluster.ts'

type Cluster = Awaited<ReturnType<typeof recordedCluster>>

interface Flow {
  /** What is there already, made by the account's user. */
  before(cluster: Cluster): Promise<void>
  /** What the role is for. */
  run(cluster: Cluster, context: Context): Promise<void>
}

const provisioned = ({ contextOf }: Cluster) => runPhases([provisionNodes], contextOf())

/** A disk that outlived its machine. */
async function withLeftovers(cluster: Cluster): Promise<void> {
  await provisioned(cluster)
  const { world } = cluster
  const volume = { ...{ zone: 'eu-west-1a', sizeGib: 1, type: 'gp3', device: '/dev/sdf', createdAt: 0 } }
  const rest = { encrypted: true, deleteOnTermination: false, instanceId: undefined }
  world.volumes.set('vol-0123456789abcdef0', { id: 'vol-0123456789abcdef0', ...volume, ...rest })
  world.tags.set('vol-0123456789abcdef0', { [tagKeys.cluster]: 'pr-42' })
}

const script = {
  ...{ name: 'long', body: '', settings: {}, timeoutSeconds: 5 },
  answer: z.object({ text: z.string() }),
}

/** Asks the balancer and the nodes, gives a script up that a machine doesn't end, cuts its power and gives it back. */
async function verify({ machines, world }: Cluster, context: Context): Promise<void> {
  const checked = worldOf(context)
  const { servers } = await checked.nodes()
  await checked.balancer()
  // The agent's mark in the list of what carried no more, so each node is asked by itself.
  machines.answers['long'] = () => ({ exitCode: 0, stdout: '---Output truncated---\n{"text":"end"}' })
  await checked.runner.run(script, servers)
  // A machine that falls silent until it has its power back.
  machines.answers['long'] = () => {
    throw new Error('silent')
  }
  const impatient = { ...systemClock, sleep: () => Promise.reject(new Error('nobody waits any more')) }
  const { ssm } = context.aws
  const given = ssmRunner({ ssm, clock: impatient, signal: context.signal }).run(script, servers)
  const reason = await given.catch(({ message }: Error) => message)
  if (reason !== 'nobody waits any more') throw new Error(String(reason))
  if (![...world.commands.values()].at(-1)?.cancelled) throw new Error('the script goes on')
  await checked.cutPower(servers[0]?.instanceId ?? '')
  await startStopped(context)
}

async function chainAndProof(cluster: Cluster, context: Context): Promise<void> {
  await runPhases(clusterPhases, context)
  await writeKubeconfig(context, { log: context.log, tempDirectory: tmpdir() })
  await verify(cluster, context)
}

const RUN = { id: '9876543210-1', repository: 'acme/shop' }

/** The whole chain under a lease; then what comes of a failure with hold-on-failure, and of a cancel. */
async function deploy(cluster: Cluster, context: Context): Promise<void> {
  const { aws, clock, log, signal, spec } = context
  const own = { cluster: spec.clusterName, aws, clock, log, signal, run: RUN }
  const wish = { onBusy: 'fail', timeout: 20, idleSeconds: 60 } as const
  await withLease(own, wish, () => chainAndProof(cluster, context))
  await hold(context, 7200)
  await tellWhatIsUp(context, { summary: async () => {} })
  await releaseLeases(own)
}

const takingAway = ({ aws, clock, log, signal, spec }: Context) => ({
  ...{ cluster: spec.clusterName, aws, clock, log, signal, timeout: 20, dryRun: false },
  run: RUN,
})

const hoursLater = (clock: Clock, hours: number): Clock => ({
  ...clock,
  now: () => clock.now() + hours * 3_600_000,
})

/** What each role is taken on for, at its fullest: every call that the actions may make under it. */
export const flows: Readonly<Record<PolicyRole, Flow>> = {
  deploy: { before: async () => {}, run: deploy },
  verify: { before: provisioned, run: verify },
  teardown: {
    before: withLeftovers,
    run: async (_, context) => {
      const own = takingAway(context)
      await withLease(own, { onBusy: 'fail', timeout: 20, idleSeconds: 0 }, () => teardown(own))
    },
  },
  sweep: {
    before: withLeftovers,
    run: async (_, context) => {
      const { failures } = await sweep({ ...takingAway(context), clock: hoursLater(context.clock, 5) })
      if (failures.length) throw failures[0]
    },
  },
}
