import { type AgentGroup, agentGroups, ONLY_GROUP } from '../cluster/agent-groups.ts'
import { batches } from '../cluster/join-plan.ts'
import { names } from '../cluster/names.ts'
import type { ClusterNode } from '../cluster/nodes.ts'
import { agentConfig, configText } from '../cluster/rke2-config.ts'
import type { ClusterSpec } from '../cluster/spec.ts'
import { allOf } from '../kit/all-of.ts'
import { UserError } from '../kit/errors.ts'
import { waitFor } from '../kit/wait-for.ts'
import type { Script } from '../nodes/node-runner.ts'
import { type AgentLook, awaitAgent, forgetNodes, joinAgent, labelNodes } from '../nodes/scripts.ts'
import { isCrashing, isDown, lookAtServers, secondsToLook } from './await-nodes.ts'
import { noMachines } from './bootstrap-first-server.ts'
import type { Context } from './context.ts'
import { installOn } from './install-on.ts'
import { caHashOf } from './join-servers.ts'
import { answersOf, nodeFailure } from './node-failure.ts'
import type { Phase } from './phase.ts'
import { briefly } from './provision/await-ready.ts'
import { settledNodes } from './settled-nodes.ts'

const ROLE_LABEL = 'node-role.kubernetes.io/worker=true'

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
    else context.log.info(`all ${agents.length} agents are registered already`)
    await label(context, agents, seed)
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

async function join(context: Context, missing: readonly Look[], seed: ClusterNode): Promise<void> {
  const { spec, runner, log } = context
  const agents = missing.map(({ node }) => node)
  const [caHash] = await allOf([
    caHashOf(context, seed),
    installOn(context, agents),
    forget(context, missing.filter(isNewcomer), seed),
  ])
  const joined = await Promise.all(
    byGroup(spec, agents).flatMap(({ group, members }) =>
      // Names and addresses of the targets travel with the command: 50 of them fit.
      batches(members).map((nodes) =>
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
  log.info(`${agents.length} agents are registered`)
}

// So many names fit a command; the server looks for all of them at once.
const MOST_FORGOTTEN = 500

// Its own journal says so, again and again.
const REJECTED = 'Node password rejected'

/**
 * No server has accepted this machine, and none will while a Node of its name is another machine's. One that starts and was not
 * rejected may be accepted any moment, so its Node may be its own.
 */
const isNewcomer = ({ look }: Look) => !look.joined && (isDown(look) || look.tail.includes(REJECTED))

/** A machine that takes the place of one that is gone has its name, and RKE2 would refuse it as a stranger. */
async function forget(context: Context, newcomers: readonly Look[], seed: ClusterNode): Promise<void> {
  const nodeNames = newcomers.map(({ node }) => node.name)
  const done = await onNames(context, nodeNames, {
    ...{ what: 'the former Node', seed, script: forgetNodes },
    atOnce: MOST_FORGOTTEN,
  })
  const gone = done.flatMap((told) => told.gone)
  if (gone.length) context.log.info(`${briefly(gone)}: deleted the Node of the machine before`)
}

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

type Look = { node: ClusterNode; look: AgentLook }

/** Those of the agents that are not registered, with what they say. */
async function unregistered(
  context: Context,
  agents: readonly ClusterNode[],
  withinSeconds: number,
): Promise<Look[]> {
  const looks = answersOf(await context.runner.run(awaitAgent({ withinSeconds }), agents))
  return agents.flatMap((node, at) => {
    const look = looks[at]
    return look && look.unit !== 'active' ? [{ node, look }] : []
  })
}

async function awaitRegistered(context: Context, agents: readonly ClusterNode[]): Promise<void> {
  const { spec, clock, log, signal } = context
  log.waiting('registered agents', briefly(agents.map(({ name }) => name)))
  let missing: Look[] = agents.map((node) => ({
    node,
    look: { unit: 'unknown', restarts: 0, joined: false, tail: '' },
  }))
  await waitFor({
    what: 'registered agents',
    withinSeconds: spec.timeout,
    next: 'Run the action again, with a longer timeout.',
    clock,
    log,
    signal,
    late: () => failureOf(missing, `did not register within ${spec.timeout} s`),
    probe: async (secondsLeft) => {
      missing = await unregistered(
        context,
        missing.map(({ node }) => node),
        secondsToLook(secondsLeft),
      )
      const crashing = missing.filter(({ look }) => isCrashing(look))
      if (crashing.length) throw failureOf(crashing, 'keeps failing')
      if (!missing.length) return { done: undefined }
      return { notYet: briefly(missing.map(({ node }) => node.name)) }
    },
  })
}

// A thousand agents that fail for one reason need not tell it a thousand times.
const MOST_TOLD = 3

function failureOf(looks: readonly Look[], what: string): Error {
  const told = looks
    .slice(0, MOST_TOLD)
    .map(({ node, look }) => nodeFailure({ node: node.name, what, log: look.tail }))
  const more = looks.length - told.length
  const [only] = told
  if (only && told.length === 1) return only
  return new AggregateError([...told, ...(more > 0 ? [new UserError(`and ${more} more agents`)] : [])])
}

/** From a server: the kubelet may not give its own node a role. */
async function label(context: Context, agents: readonly ClusterNode[], seed: ClusterNode): Promise<void> {
  const script = (nodeNames: readonly string[]) => labelNodes({ names: nodeNames, label: ROLE_LABEL })
  await onNames(
    context,
    agents.map(({ name }) => name),
    { what: 'role', seed, script },
  )
}

/** Runs a script on a server for so many names at once, again while its API can't take it yet. */
function onNames<Answer extends { missing: string }>(
  { spec, clock, log, signal, runner }: Context,
  nodeNames: readonly string[],
  {
    what,
    seed,
    script,
    atOnce,
  }: {
    what: string
    seed: ClusterNode
    script: (names: readonly string[]) => Script<Answer>
    atOnce?: number
  },
): Promise<Answer[]> {
  return allOf(
    batches(nodeNames, atOnce).map((some) =>
      waitFor({
        what: `${what} of ${briefly(some)}`,
        withinSeconds: spec.timeout,
        next: `Look at the API server of ${seed.name}: journalctl -u rke2-server.`,
        clock,
        log,
        signal,
        probe: async () => {
          const [told] = answersOf(await runner.run(script(some), [seed]))
          return told && !told.missing ? { done: told } : { notYet: told?.missing ?? 'no answer' }
        },
      }),
    ),
  )
}
