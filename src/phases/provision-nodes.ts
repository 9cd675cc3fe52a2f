import { randomBytes } from 'node:crypto'
import type { TargetGroup } from '../aws/balancer.ts'
import { ensureSecret, findParameters } from '../aws/parameters.ts'
import { names } from '../cluster/names.ts'
import type { ClusterNodes } from '../cluster/nodes.ts'
import { clusterTags } from '../cluster/tags.ts'
import { allOf } from '../kit/all-of.ts'
import { counted } from '../kit/counted.ts'
import type { Context } from './context.ts'
import { renewExpiredOwnership } from './hold.ts'
import { onceKnown } from './once-known.ts'
import type { Phase } from './phase.ts'
import { awaitReady } from './provision/await-ready.ts'
import { chooseMachines } from './provision/choose-machines.ts'
import { ensureBalancer } from './provision/ensure-balancer.ts'
import { ensureMachines } from './provision/ensure-machines.ts'
import { ensureNetwork } from './provision/ensure-network.ts'
import { ensureSecurityGroups } from './provision/ensure-security-groups.ts'
import { refuseQuotas } from './provision/refuse-quotas.ts'
import { refuseStrangers } from './provision/refuse-strangers.ts'
import { settleTargets } from './provision/settle-targets.ts'
import { ownTags, takeOver } from './whose-cluster.ts'

/** Everything in AWS that the cluster stands on. Gate: every machine answers a command over SSM. */
export const provisionNodes: Phase = {
  name: 'provision-nodes',
  async run(context) {
    const chosen = await chooseMachines(context)
    await allOf([refuseStrangers(context, chosen), refuseQuotas(context, chosen)])
    const owner = await renewExpiredOwnership(context)
    await takeOver(context, owner)
    const tags = clusterTags(owner)
    const network = await ensureNetwork(context, chosen.network, tags)
    const choice = { ...chosen, network }
    const groups = await ensureSecurityGroups(context, choice, tags)
    const [{ targetGroups }, nodes] = await Promise.all([
      ensureBalancer(context, { network, securityGroup: groups.balancer, tags }),
      ensureMachines(context, { choice, securityGroup: groups.nodes, tags, expiresAt: owner.expiresAt }),
      ensureToken(context, { ...tags, ...ownTags(context.run) }),
    ])
    await settle(context, targetGroups, nodes)
    warnOfExtraMachines(context, nodes)
  },
}

/** The servers become the balancer's targets while every machine answers for the first time. */
async function settle(
  context: Context,
  targetGroups: readonly TargetGroup[],
  { servers, agents }: ClusterNodes,
): Promise<void> {
  await Promise.all([
    ...targetGroups.map((group) =>
      onceKnown(context, `the target group of ${group.port}`, () => settleTargets(context, group, servers)),
    ),
    awaitReady(context, [...servers, ...agents]),
  ])
}

/** The secret that all nodes join with. It is made here and goes to Parameter Store only. */
async function ensureToken(
  { aws, spec, log }: Context,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const name = names.token(spec.clusterName)
  if ((await findParameters(aws.ssm, names.parameters(spec.clusterName))).includes(name)) return
  const value = randomBytes(24).toString('hex')
  log.secret(value)
  const fresh = await ensureSecret(aws.ssm, {
    name,
    value,
    description: 'Join token of an RKE2 cluster',
    tags,
  })
  if (fresh) log.info(`join token in ${name}`)
}

function warnOfExtraMachines({ spec, log }: Context, nodes: ClusterNodes): void {
  const servers = nodes.servers.length - spec.servers
  const agents = nodes.agents.length - spec.agents
  if (servers > 0 || agents > 0)
    log.warning(
      `the cluster has ${counted(Math.max(servers, 0), 'more server')} and ${counted(Math.max(agents, 0), 'more agent')} than asked for; they stay`,
    )
}
