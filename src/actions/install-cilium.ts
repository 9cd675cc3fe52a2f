import { pick } from '../cluster/inputs.ts'
import { phaseAction } from './phase-action.ts'

export const installCilium = phaseAction({
  id: 'install-cilium',
  name: 'Install Cilium on RKE2',
  description: 'Gives Cilium its values, on a live cluster too, and waits until it runs on every node.',
  icon: 'share-2',
  inputs: pick(
    'cluster-name',
    'aws-region',
    'config',
    'servers',
    'agents',
    'hubble',
    'wireguard',
    'cilium-values',
    'timeout',
    'on-busy',
    'hold-on-failure',
  ),
})
