import { findParameters } from '../aws/parameters.ts'
import { ciliumValues, helmChartConfig } from '../cluster/cilium-values.ts'
import { names } from '../cluster/names.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { configText, serverConfig } from '../cluster/rke2-config.ts'
import { clusterTags } from '../cluster/tags.ts'
import { UserError } from '../kit/errors.ts'
import { publishKubeconfig, startFirstServer } from '../nodes/scripts.ts'
import { awaitMember, lookAtServers } from './await-nodes.ts'
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
    const member = await presentMember(context, servers)
    if (member) {
      context.log.info(`${member.name} is a member already`)
      return await publish(context, member)
    }
    const [first] = servers
    if (!first) throw noMachines(context.spec.clusterName)
    await start(context, first)
    await awaitMember(context, first)
    context.log.info(`${first.name}: API ready, etcd has its first voter`)
    await publish(context, first)
  },
}

/** Where any server is a member, a first one would begin a second cluster. */
async function presentMember(
  context: Context,
  servers: readonly ClusterNode[],
): Promise<ClusterNode | undefined> {
  const looks = await lookAtServers(context, servers)
  const member = looks.find(({ look }) => look.voter)
  if (member) return member.node
  const joined = looks.find(({ look }) => look.members.length > 1)
  if (!joined) return undefined
  throw new UserError(
    `${joined.node.name} belongs to an etcd cluster of ${joined.look.members.length} that has no quorum: starting a first server would begin a second cluster`,
    { hint: 'Start the stopped servers again, or restore from a snapshot with rke2 server --cluster-reset.' },
  )
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
