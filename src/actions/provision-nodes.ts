import { pick } from '../cluster/inputs.ts'
import { provisionNodes as phase } from '../phases/provision-nodes.ts'
import { costOutput, withCostEstimate } from './cost-output.ts'
import { phaseAction } from './phase-action.ts'

export const provisionNodes = phaseAction({
  phase,
  name: 'Provision nodes for RKE2',
  description:
    'Makes the machines, the load balancer and the security groups of a cluster in your AWS account.',
  icon: 'server',
  inputs: pick(
    'cluster-name',
    'aws-region',
    'config',
    'servers',
    'agents',
    'server-instance-type',
    'agent-instance-type',
    'agent-capacity-type',
    'node-groups',
    'volume-size',
    'image',
    'vpc-id',
    'subnet-ids',
    'min-zones',
    'instance-profile',
    'load-balancer',
    'allowed-cidrs',
    'address-url',
    'health-check',
    'tags',
    'metadata-hop-limit',
    'ttl',
    'rke2-version',
    'channel-url',
    'artifact-url',
    'cluster-cidr',
    'service-cidr',
    'hubble',
    'wireguard',
    'timeout',
    'on-busy',
    'hold-on-failure',
  ),
  beside: { outputs: costOutput, around: withCostEstimate },
})
