import { ciliumValues, ciliumValuesHash, helmChartConfig } from '../cluster/cilium-values.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { allCounted } from '../kit/counted.ts'
import { UserError } from '../kit/errors.ts'
import { waitFor } from '../kit/wait-for.ts'
import { ciliumConfig, ciliumRollout } from '../nodes/scripts.ts'
import { lookAtServers, secondsToLook } from './await-nodes.ts'
import type { Context } from './context.ts'
import { answersOf, nodeFailure } from './node-failure.ts'
import type { Phase } from './phase.ts'
import { settledNodes } from './settled-nodes.ts'

/**
 * Makes Cilium what the values say; before the first start they lie in place already, on a live cluster they are applied.
 * Gate: agents and operator are rolled out on every node.
 */
export const installCilium: Phase = {
  name: 'install-cilium',
  async run(context) {
    const { servers, agents } = await settledNodes(context, ['server', 'agent'])
    const member = (await lookAtServers(context, servers)).find(({ look }) => look.voter)?.node
    if (!member)
      throw new UserError('no server’s API is ready', { hint: 'Run bootstrap-first-server first.' })
    const manifest = helmChartConfig(ciliumValues(context.spec))
    const [config] = answersOf(await context.runner.run(ciliumConfig({ manifest }), [servers[0] ?? member]))
    context.log.info(config?.changed ? 'new values applied' : 'values are in place')
    const nodes = await awaitRollout(context, member, servers.length + agents.length)
    context.log.info(`Cilium runs on ${allCounted(nodes, 'node')}`)
  },
}

async function awaitRollout(context: Context, server: ClusterNode, nodeCount: number): Promise<number> {
  const { spec, clock, log, signal, runner } = context
  const valuesHash = ciliumValuesHash(spec)
  let tail = ''
  return await waitFor({
    what: 'Cilium’s rollout',
    withinSeconds: spec.timeout,
    next: 'Run the action again, with a longer timeout.',
    clock,
    log,
    signal,
    probe: async (secondsLeft) => {
      const withinSeconds = secondsToLook(secondsLeft)
      const script = ciliumRollout({ withinSeconds, nodeCount, valuesHash })
      const [look] = answersOf(await runner.run(script, [server]))
      tail = look?.tail ?? ''
      if (look?.done) return { done: look.desired }
      if (!look) return { notYet: 'no answer' }
      if (!look.applied) return { notYet: 'the new values are not applied yet' }
      const { available, updated, operators, operatorsWanted } = look
      return {
        notYet: `agents: ${available} of ${nodeCount} available, ${updated} up to date; operators: ${operators} of ${operatorsWanted}`,
      }
    },
    late: (missing) =>
      nodeFailure({
        node: 'Cilium',
        what: `is not rolled out within ${spec.timeout} s (${missing}); the end of its helm job’s log`,
        log: tail,
      }),
  })
}
