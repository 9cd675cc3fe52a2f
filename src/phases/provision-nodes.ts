import { randomBytes } from 'node:crypto'
import { ensureSecret, findParameters } from '../aws/parameters.ts'
import { names } from '../cluster/names.ts'
import { clusterTags } from '../cluster/tags.ts'
import type { Context } from './context.ts'
import { currentOwnership } from './hold.ts'
import { onceKnown } from './once-known.ts'
import type { Phase } from './phase.ts'
import { awaitReady } from './provision/await-ready.ts'
import { chooseMachines } from './provision/choose-machines.ts'
import { ensureBalancer } from './provision/ensure-balancer.ts'
import { ensureEndpoints } from './provision/ensure-endpoints.ts'
import { ensureNetwork } from './provision/ensure-network.ts'
import { ensureProfile } from './provision/ensure-profile.ts'
import { ensureSecurityGroups } from './provision/ensure-security-groups.ts'
import { awaitRunning, launchMachines } from './provision/launch-machines.ts'
import { refuseQuotas } from './provision/refuse-quotas.ts'
import { terminateSilent } from './provision/replace-silent.ts'
import { settleTargets } from './provision/settle-targets.ts'
import { startStopped } from './provision/start-stopped.ts'

/** Everything in AWS that the cluster stands on. Gate: every machine answers a command over SSM. */
export const provisionNodes: Phase = {
  name: 'provision-nodes',
  async run(context) {
    const { spec } = context
    const chosen = await chooseMachines(context)
    const { existing } = chosen
    const before = new Set([...existing.servers, ...existing.agents].map(({ instanceId }) => instanceId))
    await refuseQuotas(context, chosen)
    const owner = await currentOwnership(context)
    const tags = clusterTags(owner)
    const network = await ensureNetwork(context, chosen.network, tags)
    const choice = { ...chosen, network }
    const groups = await ensureSecurityGroups(context, choice, tags)
    const balancer = ensureBalancer(context, {
      network,
      securityGroup: groups.balancer,
      tags,
    })
    const machines = async () => {
      // Before the launch: an agent that meets its role or the endpoints too early sleeps for minutes.
      const [instanceProfile] = await Promise.all([
        ensureProfile(context, tags),
        ensureEndpoints(context, choice, { nodesGroup: groups.nodes, tags }),
      ])
      const { expiresAt } = owner
      const launch = { choice, instanceProfile, securityGroup: groups.nodes, tags, expiresAt }
      await launchMachines(context, launch)
      await startStopped(context)
      const running = await awaitRunning(context)
      const fresh = [...running.servers, ...running.agents].filter(
        ({ instanceId }) => !before.has(instanceId),
      )
      if (!(await terminateSilent(context, fresh))) return running
      await launchMachines(context, launch)
      return await awaitRunning(context)
    }
    const [{ targetGroups }, { servers, agents }] = await Promise.all([
      balancer,
      machines(),
      ensureToken(context, tags),
    ])
    await Promise.all([
      ...targetGroups.map((group) =>
        onceKnown(context, `the target group of ${group.port}`, () => settleTargets(context, group, servers)),
      ),
      awaitReady(context, [...servers, ...agents]),
    ])
    warnOfExtraMachines(context, servers.length - spec.servers, agents.length - spec.agents)
  },
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

function warnOfExtraMachines({ log }: Context, servers: number, agents: number) {
  if (servers > 0 || agents > 0)
    log.warning(
      `the cluster has ${Math.max(servers, 0)} more servers and ${Math.max(agents, 0)} more agents than asked for; they stay`,
    )
}
