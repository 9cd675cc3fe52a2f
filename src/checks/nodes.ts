import { type MarkedNodes, markedNodes } from '../cluster/node-marks.ts'
import type { ClusterNode, ClusterNodes, MachineCounts } from '../cluster/nodes.ts'
import { counted } from '../kit/counted.ts'
import { type Check, fail, pass, type Verdict, warn } from './check.ts'
import { type ClusterProbe, marksIn, type NodeGroup } from './cluster-script.ts'
import { missingMachines } from './missing-machines.ts'

export const nodes: Check = {
  name: 'nodes',
  claim:
    'Every wanted machine is there; exactly the cluster’s machines are registered, Ready, with the right roles, labels and taints, all of one version.',
  settles: true,
  async run(facts) {
    const [probe, machines, wanted] = await Promise.all([facts.cluster(), facts.nodes(), facts.wanted()])
    return judgeNodes(probe, machines, markedNodes(facts.world.marks, machines), wanted)
  },
}

const SERVER_ROLES = ['control-plane', 'etcd']
const AGENT_ROLES = ['worker']

/** @param marked what the script was told to expect */
export function judgeNodes(
  { nodes: groups }: ClusterProbe,
  { servers, agents }: ClusterNodes,
  marked: readonly MarkedNodes[],
  wanted?: MachineCounts,
): Verdict {
  const missing = missingMachines({ servers, agents }, wanted)
  const machines = [...servers, ...agents]
  const faults = [...missing.faults, ...faultsOfAll(groups, machines, marked)]
  const evidence = [...groups.map(describe), ...marked.flatMap(describeMarks)]
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
  return pass(
    `${counted(servers.length, 'server')} and ${counted(agents.length, 'agent')} Ready, ${versions[0]}`,
    { evidence },
  )
}

function faultsOfAll(
  groups: readonly NodeGroup[],
  machines: readonly ClusterNode[],
  marked: readonly MarkedNodes[],
): string[] {
  const registered = new Map(groups.flatMap((group) => group.names.map((name) => [name, group] as const)))
  const marks = new Map(marked.flatMap((some) => some.names.map((name) => [name, marksIn(some)] as const)))
  const faults = machines.flatMap((machine) => {
    const group = registered.get(machine.name)
    return group
      ? faultsOf(group, machine, marks.get(machine.name)).map((fault) => `${machine.name} ${fault}`)
      : [`${machine.name} is not registered`]
  })
  const names = new Set(machines.map(({ name }) => name))
  const strangers = [...registered.keys()].filter((name) => !names.has(name))
  return [...faults, ...strangers.map((name) => `${name} is registered, but no machine of this cluster`)]
}

function faultsOf(group: NodeGroup, { role, state }: ClusterNode, marks: readonly string[] = []): string[] {
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
  if (group.lacks.length) faults.push(`lacks ${group.lacks.map((place) => marks[place]).join(', ')}`)
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
  if (/is not Ready|says Ready/.test(said))
    return 'kubectl describe node NAME tells why; before Cilium runs on a node it is not Ready.'
  if (/lacks the (label|taint)/.test(said))
    return 'Set it with kubectl label node or kubectl taint node: a step that joins gives labels and taints to new nodes only.'
  if (/role/.test(said)) return 'Run join-agents again: it sets the role of agents.'
  return 'kubectl describe node NAME tells more.'
}

const describe = ({ names, ready, version, roles }: NodeGroup) =>
  `${briefly(names)}: ${ready === 'True' ? 'Ready' : `Ready ${ready}`}, ${version}, roles ${roles.join('+') || 'none'}`

const describeMarks = (marks: MarkedNodes) => {
  const expected = marksIn(marks).join(', ')
  return expected ? [`${briefly(marks.names)}: expected ${expected}`] : []
}

const briefly = (names: readonly string[]) => (names.length > 8 ? `${names.length} nodes` : names.join(', '))
