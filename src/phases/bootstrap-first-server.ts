import { findParameters } from '../aws/parameters.ts'
import { ciliumValues, helmChartConfig } from '../cluster/cilium-values.ts'
import { type FirstServerState, firstServerPlan } from '../cluster/join-plan.ts'
import { names } from '../cluster/names.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { configText, serverConfig } from '../cluster/rke2-config.ts'
import { clusterTags } from '../cluster/tags.ts'
import { UserError } from '../kit/errors.ts'
import { publishKubeconfig, type ServerLook, startFirstServer, startServer } from '../nodes/scripts.ts'
import { awaitMember, isDown, isUp, lookAtServers } from './await-nodes.ts'
import type { Context } from './context.ts'
import { installOn } from './install-on.ts'
import { answersOf } from './node-failure.ts'
import { ownership } from './ownership.ts'
import type { Phase } from './phase.ts'
import { settledNodes } from './settled-nodes.ts'

/**
 * Starts the server that begins the cluster. Gate: its own API is ready and etcd calls it a voter. Not "Ready", and not
 * "all pods running": with tainted servers that would wait for agents, which wait for it.
 */
export const bootstrapFirstServer: Phase = {
  name: 'bootstrap-first-server',
  async run(context) {
    const { servers } = await settledNodes(context, ['server'])
    const [first] = servers
    if (!first) throw noMachines(context.spec.clusterName)
    const looks = await lookAtServers(context, servers)
    const stopped = servers.filter(({ state }) => state !== 'running')
    const plan = firstServerPlan(looks.map(stateOf), first, stopped)
    if ('refuse' in plan) throw new UserError(plan.refuse, { hint: plan.choose })
    if ('member' in plan) {
      context.log.info(`${plan.member.name} is a member already`)
      return await publish(context, plan.member)
    }
    if ('resume' in plan) return await publish(context, await resume(context, plan.resume, first))
    await start(context, plan.start)
    await awaitMember(context, plan.start)
    context.log.info(`${plan.start.name}: API ready, etcd has its first voter`)
    await publish(context, plan.start)
  },
}

const stateOf = ({ node, look }: { node: ClusterNode; look: ServerLook }): FirstServerState => ({
  node,
  voter: look.voter,
  unit: isUp(look) ? 'up' : isDown(look) ? 'down' : 'starting',
  data: look.data,
  members: look.members,
})

/** Waits for a cluster whose machines boot, or were stopped. @throws UserError with what to do when it doesn't come back */
async function resume(
  context: Context,
  holders: readonly ClusterNode[],
  empty: ClusterNode,
): Promise<ClusterNode> {
  const { runner, log } = context
  const holding = holders.map(({ name }) => name).join(', ')
  log.warning(
    `the data of a cluster is on ${holding}, and ${empty.name} is empty: it begins no second one, that one is waited for`,
  )
  answersOf(await runner.run(startServer(), holders))
  const [one = empty] = holders
  try {
    await awaitMember(context, one)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(error.message, {
      hint: `${error.hint ?? ''} A cluster that is lost is restored from a snapshot with rke2 server --cluster-reset; to begin anew without its data, terminate ${holding} and run provision-nodes again.`.trim(),
      cause: error,
    })
  }
  return one
}

async function start(context: Context, first: ClusterNode): Promise<void> {
  const { spec, runner, log } = context
  log.info(`installing RKE2 ${first.rke2Version} on ${first.name}`)
  await installOn(context, [first])
  const balancer = await context.balancer()
  const script = startFirstServer({
    node: first,
    config: configText(serverConfig(spec, balancer?.dnsName)),
    tokenParameter: names.token(spec.clusterName),
    ciliumManifest: helmChartConfig(ciliumValues(spec)),
  })
  answersOf(await runner.run(script, [first]))
  log.info(`${first.name} starts, with Cilium’s values in place`)
}

async function publish(context: Context, server: ClusterNode): Promise<void> {
  const { spec, aws, runner, log } = context
  const parameter = names.kubeconfig(spec.clusterName)
  if ((await findParameters(aws.ssm, names.parameters(spec.clusterName))).includes(parameter)) return
  const [balancer, owner] = await Promise.all([context.balancer(), ownership(context)])
  const endpoint = `https://${balancer?.dnsName ?? server.privateIp}:6443`
  const script = publishKubeconfig({ endpoint, parameter, tags: clusterTags(owner) })
  const [published] = answersOf(await runner.run(script, [server]))
  if (published?.fresh) log.info(`kubeconfig in ${parameter}`)
}

export const noMachines = (cluster: string) =>
  new UserError(`cluster ${cluster} has no machines`, {
    hint: 'Run provision-nodes first, with the same cluster-name and region.',
  })
