import { pick } from '../cluster/inputs.ts'
import { phaseAction } from './phase-action.ts'

export const bootstrapFirstServer = phaseAction({
  id: 'bootstrap-first-server',
  name: 'Bootstrap the first RKE2 server',
  description:
    'Starts the server that begins the cluster, with Cilium’s values in place before its first start.',
  icon: 'play-circle',
  inputs: pick(
    'cluster-name',
    'aws-region',
    'config',
    'servers',
    'agents',
    'artifact-url',
    'cluster-cidr',
    'service-cidr',
    'tls-san',
    'server-taints',
    'server-labels',
    'hubble',
    'wireguard',
    'cilium-values',
    'timeout',
    'on-busy',
    'hold-on-failure',
  ),
})
