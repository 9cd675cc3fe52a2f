import type { ClusterNode, ClusterNodes, MachineCounts } from '../cluster/nodes.ts'
import { type Check, fail, pass, type Verdict, warn } from './check.ts'
import type { ClusterProbe, NodeGroup } from './cluster-script.ts'
import { missingMachines } from './missing-machines.ts'

export const nodes: Check = {
  name: 'nodes',
  claim:
    'Every wanted machine is there; exactly the cluster’s machines are registered, Ready, with the right roles and taint, all of one version.',
  settles: true,
  async run(facts) {
    const [probe, machines, wanted] = await Promise.all([facts.cluster(), facts.nodes(), facts.wanted()])
    return judgeNodes(probe, machines, facts.world.serverTaints, wanted)
  },
}

const SERVER_ROLES = ['control-plane', 'etcd']
const AGENT_ROLES = ['worker']

/** `serverTaints` as `key=value:Effect`; a cluster without agents has none. */
export function judgeNodes(
  { nodes: groups }: ClusterProbe,
  { servers, agents }: ClusterNodes,
  serverTaints: readonly string[],
  wanted?: MachineCounts,
): Verdict {
  const missing = missingMachines({ servers, agents }, wanted)
  const machines = [...servers, ...agents]
  const faults = [...missing.faults, ...faultsOfAll(groups, machines, agents.length ? serverTaints : [])]
  const evidence = groups.map(describe)
  const versions = [...new Set(groups.map(({ version }) => version))]
  if (!machines.length)
    return fail('the cluster has no machines', 'Check cluster-name and region, or provision it first.')
  if (faults.length)
    return fail(shortened(faults), missing.faults.length ? missing.remedy : remedyFor(faults), {
      evidence: [...evidence, ...faults],
    })
  if (versions.length > 1)
    return warn(
      `versions differ: ${versions.join(', ')}`,
      'Finish the upgrade: agents may lag behind servers only meanwhile.',
      { evidence },
    )
  return pass(`${servers.length} servers and ${agents.length} agents Ready, ${versions[0]}`, { evidence })
}

function faultsOfAll(
  groups: readonly NodeGroup[],
  machines: readonly ClusterNode[],
  serverTaints: readonly string[],
): string[] {
  const registered = new Map(groups.flatMap((group) => group.names.map((name) => [name, group] as const)))
  const faults = machines.flatMap((machine) => {
    const group = registered.get(machine.name)
    return group
      ? faultsOf(group, machine, serverTaints).map((fault) => `${machine.name} ${fault}`)
      : [`${machine.name} is not registered`]
  })
  const names = new Set(machines.map(({ name }) => name))
  const strangers = [...registered.keys()].filter((name) => !names.has(name))
  return [...faults, ...strangers.map((name) => `${name} is registered, but no machine of this cluster`)]
}

function faultsOf(group: NodeGroup, { role, state }: ClusterNode, serverTaints: readonly string[]): string[] {
  const faults: string[] = []
  const server = role === 'server'
  const roles = (server ? SERVER_ROLES : AGENT_ROLES).filter((name) => !group.roles.includes(name))
  if (state !== 'running') faults.push(`is ${state}`)
  if (group.ready !== 'True') faults.push(`is not Ready (${group.ready})`)
  // Ready stays True for 50 s after the kubelet's death; its own lease tells sooner.
  else if (group.stale) faults.push('says Ready, but its kubelet stopped reporting')
  if (roles.length) faults.push(`lacks the role ${roles.join(', ')}`)
  if (!server && group.roles.some((name) => SERVER_ROLES.includes(name)))
    faults.push('is an agent with a server’s role')
  if (server)
    faults.push(
      ...serverTaints
        .filter((taint) => !group.taints.includes(taint))
        .map((taint) => `lacks the taint ${taint}`),
    )
  if (server && group.voter !== 'True') faults.push(`is no voter (EtcdIsVoter ${group.voter || 'missing'})`)
  if (group.problems.length) faults.push(`has ${group.problems.join(', ')}`)
  if (group.cordoned) faults.push('is cordoned')
  return faults
}

const SHOWN = 6

const shortened = (faults: readonly string[]) =>
  faults.slice(0, SHOWN).join('; ') + (faults.length > SHOWN ? `; and ${faults.length - SHOWN} more` : '')

function remedyFor(faults: readonly string[]): string {
  const said = faults.join('\n')
  if (said.includes('no machine of this cluster'))
    return 'A machine that is gone leaves its Node object: kubectl delete node NAME.'
  if (said.includes('not registered'))
    return 'Look at journalctl -u rke2-agent (or rke2-server) on that machine: token, 9345 and the node name are the usual causes.'
  if (said.includes('Ready'))
    return 'kubectl describe node NAME tells why; before Cilium runs on a node it is not Ready.'
  if (said.includes('role') || said.includes('taint'))
    return 'Run join-servers and join-agents again: they set roles and taints.'
  return 'kubectl describe node NAME tells more.'
}

const describe = ({ names, ready, version, roles, taints }: NodeGroup) =>
  `${names.length > 8 ? `${names.length} nodes` : names.join(', ')}: ${ready === 'True' ? 'Ready' : `Ready ${ready}`}, ${version}, roles ${roles.join('+') || 'none'}${taints.length ? `, ${taints.join(', ')}` : ''}`
