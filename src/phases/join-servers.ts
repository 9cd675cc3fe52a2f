import { nodeOfMember } from '../cluster/etcd-member.ts'
import { joinPlan, type ServerState } from '../cluster/join-plan.ts'
import { names } from '../cluster/names.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { quorumOf } from '../cluster/quorum.ts'
import { configText, serverConfig } from '../cluster/rke2-config.ts'
import { allOf } from '../kit/all-of.ts'
import { UserError } from '../kit/errors.ts'
import { joinServer, removeMember, serverCaHash, startServer } from '../nodes/scripts.ts'
import { awaitMember, isDown, isUp, lookAtServers } from './await-nodes.ts'
import { noMachines } from './bootstrap-first-server.ts'
import type { Context } from './context.ts'
import { installOn } from './install-on.ts'
import { answersOf } from './node-failure.ts'
import type { Phase } from './phase.ts'
import { settledNodes } from './settled-nodes.ts'

/**
 * Joins the other servers through a member's private address, together: RKE2 itself admits one learner at a time, and is
 * twice as fast so as one by one. Gate: each is a living voter.
 */
export const joinServers: Phase = {
  name: 'join-servers',
  async run(context) {
    const { servers } = await settledNodes(context, ['server'])
    if (!servers.length) throw noMachines(context.spec.clusterName)
    const stopped = servers.filter((server) => server.state !== 'running')
    const plan = joinPlan(await statesOf(context, servers), stopped, context.spec.join)
    if ('refuse' in plan) throw new UserError(plan.refuse, { hint: plan.choose })
    await startAgain(context, plan.start)
    for (const member of plan.remove) await remove(context, plan.seed, member)
    if (!plan.waves.length) return context.log.info('every server is a member already')
    const caHash = await caHashOf(context, plan.seed)
    for (const wave of plan.waves) await joinWave(context, wave, { seed: plan.seed, caHash })
    const { voters, needed, tolerated } = quorumOf(servers.length)
    context.log.info(`${voters} voters: quorum is ${needed}, so ${tolerated} may be lost`)
  },
}

/** Its etcd keeps its vote while its rke2-server keeps failing: such a server comes back as a voter does, and is waited for. */
async function statesOf(context: Context, servers: readonly ClusterNode[]): Promise<ServerState[]> {
  const looks = await lookAtServers(context, servers)
  return looks.map(({ node, look }) => ({
    node,
    member: look.voter && (isUp(look) || isDown(look)),
    down: isDown(look),
    members: look.members,
  }))
}

async function startAgain(context: Context, down: readonly ClusterNode[]): Promise<void> {
  if (!down.length) return
  const { runner, log } = context
  answersOf(await runner.run(startServer(), down))
  for (const { name } of down)
    log.warning(`rke2-server was down on ${name}, while its etcd and its API went on: started again`)
  await allMembers(context, down)
}

async function remove(
  context: Context,
  seed: ClusterNode,
  member: { id: string; name: string; address: string },
) {
  const { runner, log } = context
  log.warning(`etcd member ${member.name || member.id} (${member.address}) has no machine: removing it`)
  const script = removeMember({
    memberId: member.id,
    address: member.address,
    nodeName: nodeOfMember(member.name) || `gone-${member.id}`,
  })
  answersOf(await runner.run(script, [seed]))
}

export async function caHashOf({ runner }: Context, server: ClusterNode): Promise<string> {
  const [answer] = answersOf(await runner.run(serverCaHash(), [server]))
  return answer?.hash ?? ''
}

async function joinWave(
  context: Context,
  wave: readonly ClusterNode[],
  { seed, caHash }: { seed: ClusterNode; caHash: string },
): Promise<void> {
  const { spec, runner, log } = context
  const balancer = await context.balancer()
  await installOn(context, wave)
  const script = joinServer({
    nodes: wave,
    config: configText(serverConfig(spec, balancer?.dnsName)),
    tokenParameter: names.token(spec.clusterName),
    through: seed.privateIp,
    caHash,
  })
  answersOf(await runner.run(script, wave))
  log.info(`${wave.map((node) => node.name).join(', ')} join through ${seed.privateIp}:9345`)
  await allMembers(context, wave)
}

/** Two servers may fail for two reasons, and both are told. */
const allMembers = (context: Context, wave: readonly ClusterNode[]) =>
  allOf(
    wave.map(async (node) => {
      await awaitMember(context, node)
      context.log.info(`${node.name} is a voter, its API is ready`)
    }),
  )
