import { pick } from '../cluster/inputs.ts'
import { phaseAction } from './phase-action.ts'

export const joinServers = phaseAction({
  id: 'join-servers',
  name: 'Join RKE2 servers',
  description: 'Joins the other servers, and waits until each is a living voter of etcd.',
  icon: 'git-merge',
  inputs: pick(
    'cluster-name',
    'aws-region',
    'config',
    'agents',
    'join',
    'artifact-url',
    'cluster-cidr',
    'service-cidr',
    'tls-san',
    'server-taints',
    'server-labels',
    'timeout',
    'on-busy',
    'hold-on-failure',
  ),
})
