import { pick } from '../cluster/inputs.ts'
import { defineAction } from '../kit/define-action.ts'
import { inputsOf } from './inputs-of.ts'
import { clusterOutputs, costOutput } from './outputs.ts'
import { endJob, runs } from './runs.ts'

export const provisionNodes = defineAction({
  id: 'provision-nodes',
  name: 'Provision nodes for RKE2',
  description:
    'Makes the machines, the load balancer and the security groups of a cluster in your AWS account.',
  icon: 'server',
  inputs: inputsOf(
    pick(
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
      'create-vpc',
      'vpc-cidr',
      'create-endpoints',
      'min-zones',
      'instance-profile',
      'permissions-boundary',
      'iam-path',
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
  ),
  outputs: { ...clusterOutputs, ...costOutput },
  async run(given, kit): Promise<void> {
    await (await runs()).runProvisionNodes(given, kit)
  },
  post: endJob,
})
