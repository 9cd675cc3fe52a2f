import { pick } from '../cluster/inputs.ts'
import { phaseAction } from './phase-action.ts'

export const joinAgents = phaseAction({
  id: 'join-agents',
  name: 'Join RKE2 agents',
  description:
    'Joins the agents, all at once, and gives them their role label. May run while servers still join.',
  icon: 'users',
  inputs: pick(
    'cluster-name',
    'aws-region',
    'config',
    'artifact-url',
    'agent-labels',
    'agent-taints',
    'node-groups',
    'timeout',
    'on-busy',
    'hold-on-failure',
  ),
})
