import { type AgentGroup, agentGroups, ONLY_GROUP } from '../cluster/agent-groups.ts'
import { names } from '../cluster/names.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { agentConfig, configText } from '../cluster/rke2-config.ts'
import type { ClusterSpec } from '../cluster/spec.ts'
import { allOf } from '../kit/all-of.ts'
import { batches } from '../kit/batches.ts'
import { allCounted, are, counted } from '../kit/counted.ts'
import { UserError } from '../kit/errors.ts'
import { BATCH } from '../nodes/node-runner.ts'
import { joinAgent } from '../nodes/scripts.ts'
import { type AgentSeen, awaitRegistered, unregistered } from './await-agents.ts'
import { isDown, lookAtServers } from './await-nodes.ts'
import { noMachines } from './bootstrap-first-server.ts'
import type { Context } from './context.ts'
import { installOn } from './install-on.ts'
import { caHashOf } from './join-servers.ts'
import { answersOf } from './node-failure.ts'
import { forgetFormer, labelAgents } from './nodes-by-name.ts'
import type { Phase } from './phase.ts'
import { briefly } from './provision/await-ready.ts'
import { settledNodes } from './settled-nodes.ts'

/** Joins the agents, all at once, 50 to a command. Gate: each is registered and has its role label. */
export const joinAgents: Phase = {
  name: 'join-agents',
  async run(context) {
    const { servers, agents } = await settledNodes(context, ['server', 'agent'])
    if (!agents.length) return context.log.info('there are none')
    if (!servers.length) throw noMachines(context.spec.clusterName)
    const seed = await seedOf(context, servers)
    const missing = await unregistered(context, agents, 0)
    if (missing.length) await join(context, missing, seed)
    else context.log.info(`${allCounted(agents.length, 'agent')} ${are(agents.length)} registered already`)
    await labelAgents(context, agents, seed)
  },
}

async function seedOf(context: Context, servers: readonly ClusterNode[]): Promise<ClusterNode> {
  const looks = await lookAtServers(context, servers)
  const member = looks.find(({ look }) => look.voter && !isDown(look))
  if (member) return member.node
  throw new UserError('no server’s API is ready', {
    hint: 'Run bootstrap-first-server and join-servers first.',
  })
}

async function join(context: Context, missing: readonly AgentSeen[], seed: ClusterNode): Promise<void> {
  const { spec, runner, log } = context
  const agents = missing.map(({ node }) => node)
  const newcomers = missing.filter(isNewcomer).map(({ node }) => node)
  const [caHash] = await allOf([
    caHashOf(context, seed),
    installOn(context, agents),
    forgetFormer(context, newcomers, seed),
  ])
  const joined = await Promise.all(
    byGroup(spec, agents).flatMap(({ group, members }) =>
      // Names and addresses of the targets travel with the command: 50 of them fit.
      batches(members, BATCH).map((nodes) =>
        runner.run(
          joinAgent({
            nodes,
            config: configText(agentConfig(group)),
            tokenParameter: names.token(spec.clusterName),
            through: seed.privateIp,
            caHash,
          }),
          nodes,
        ),
      ),
    ),
  )
  answersOf(joined.flat())
  log.info(`${briefly(agents.map((node) => node.name))} join through ${seed.privateIp}:9345`)
  await awaitRegistered(context, agents)
  log.info(`${counted(agents.length, 'agent')} ${are(agents.length)} registered`)
}

// Its own journal says so, again and again.
const REJECTED = 'Node password rejected'

/**
 * No server has accepted this machine, and none will while a Node of its name is another machine's. One that starts and was not
 * rejected may be accepted any moment, so its Node may be its own.
 */
const isNewcomer = ({ look }: AgentSeen) => !look.joined && (isDown(look) || look.tail.includes(REJECTED))

/** Machines say which group they are of; what a group means, the settings say. @throws UserError when they don't */
function byGroup(
  spec: ClusterSpec,
  agents: readonly ClusterNode[],
): { group: AgentGroup; members: ClusterNode[] }[] {
  const groups = agentGroups(spec)
  const groupOf = ({ group }: ClusterNode) => group ?? ONLY_GROUP
  const stranger = agents.find((agent) => !groups.some(({ name }) => name === groupOf(agent)))
  if (stranger)
    throw new UserError(
      `${stranger.name} is of the group ${groupOf(stranger)}, which node-groups doesn’t hold`,
      {
        hint: 'Give this step the same node-groups (or config) as provision-nodes.',
      },
    )
  return groups
    .map((group) => ({ group, members: agents.filter((agent) => groupOf(agent) === group.name) }))
    .filter(({ members }) => members.length)
}
