import type { ClusterNode } from '../cluster/nodes.ts'
import { describeError } from '../kit/errors.ts'
import { type Probe, waitFor } from '../kit/wait-for.ts'
import { askAnyOf } from './ask-nodes.ts'
import { type Check, fail } from './check.ts'
import { conformanceManifest, kubernetesVersion } from './conformance-manifest.ts'
import { type ConformanceProgress, pollScript, startScript, stopScript } from './conformance-scripts.ts'
import { CONFORMANCE_TESTS, focusOf } from './conformance-tests.ts'
import { judgeConformance } from './judge-conformance.ts'
import type { World } from './world.ts'

export const conformance: Check = {
  name: 'conformance',
  claim: 'Named tests of Kubernetes’ own conformance suite pass on this cluster.',
  settles: false,
  async run({ world, nodes }) {
    const { servers } = await nodes()
    const version = kubernetesVersion(servers[0]?.rke2Version ?? '')
    if (!version) return fail('could not run: there is no server', 'Provision the cluster first.')
    const manifest = conformanceManifest(version, focusOf(CONFORMANCE_TESTS), taintKeys(world))
    let last: ConformanceProgress | undefined
    try {
      last = await started(world, servers, manifest)
      last = await finished(world, servers, last)
      return judgeConformance(last, CONFORMANCE_TESTS.length)
    } finally {
      if (!last?.cleaned) await cleanedUp(world, servers)
    }
  },
}

const taintKeys = ({ marks }: World) => marks.servers.taints.map((taint) => taint.replace(/[=:].*/, ''))

// An earlier run's namespace: its pods get 30 s to end.
const LEFTOVER_SECONDS = 120
// How long one command waits on the node: Run Command is asked again after that.
const LOOK_SECONDS = 10

const started = (world: World, servers: readonly ClusterNode[], manifest: readonly object[]) =>
  waitFor({
    ...world,
    what: 'conformance run to start',
    withinSeconds: LEFTOVER_SECONDS,
    next: 'Delete the namespace of the earlier run by hand: kubectl delete namespace rke2-action-conformance.',
    probe: async (): Promise<Probe<ConformanceProgress>> => {
      const seen = await askAnyOf(world, startScript(manifest, LOOK_SECONDS), servers)
      return seen.phase === 'Leftover' ? { notYet: 'an earlier run is still being deleted' } : { done: seen }
    },
  })

// The image is 900 MB and the tests take 1 to 3 minutes.
const RUN_SECONDS = 900
const PENDING_SECONDS = 300

/** @returns what the pod's end looked like, or why it never ran. */
async function finished(
  world: World,
  servers: readonly ClusterNode[],
  first: ConformanceProgress,
): Promise<ConformanceProgress> {
  const since = world.clock.now()
  let last = first
  const isOver = () =>
    ['Succeeded', 'Failed', 'Missing'].includes(last.phase) ||
    (last.phase === 'Pending' && world.clock.now() - since > PENDING_SECONDS * 1000)
  if (isOver()) return last
  try {
    return await waitFor({
      ...world,
      what: 'conformance tests',
      withinSeconds: RUN_SECONDS,
      next: 'Look at the pod in the namespace rke2-action-conformance.',
      probe: async () => {
        last = await askAnyOf(world, pollScript(LOOK_SECONDS), servers)
        if (isOver()) return { done: last }
        return { notYet: [last.phase.toLowerCase(), last.reason].filter(Boolean).join(': ') }
      },
    })
  } catch (error) {
    world.signal.throwIfAborted()
    return { ...last, reason: last.reason || describeError(error) }
  }
}

/** Never hides the verdict: what could not be deleted is deleted by the next run. */
async function cleanedUp(world: World, servers: readonly ClusterNode[]): Promise<void> {
  try {
    await askAnyOf(world, stopScript(), servers)
  } catch (error) {
    world.log.warning(`conformance: not cleaned up, the next run will: ${describeError(error)}`)
  }
}
