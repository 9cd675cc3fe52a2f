import type { World } from './world.ts'

/** Something of the account's that somebody made and nobody has taken away. */
export interface Standing {
  /** `instance`, `load-balancer`, … */
  kind: string
  /** Id, ARN or name. */
  id: string
  tags: Readonly<Record<string, string>>
  /** Whether a service made it for another resource, and takes it away with that: nobody can tag it. */
  managed: boolean
}

/** All that stands in the account besides what every account has. */
export function standingIn(world: World): Standing[] {
  const row = (kind: string, id: string, tagged = id, managed = false): Standing => ({
    ...{ kind, id, managed },
    tags: world.tags.get(tagged) ?? {},
  })
  const { vpcs, subnets, gateways, routeTables, endpoints } = world.network
  const defaultGroups = [...vpcs.values()].map(({ defaultGroupId }) => defaultGroupId)
  const ofDefault = (vpcId: string | undefined) => vpcs.get(vpcId ?? '')?.isDefault === true
  return [
    ...[...world.instances.values()]
      .filter(({ state }) => state !== 'terminated')
      .map(({ id }) => row('instance', id)),
    ...[...world.volumes.keys()].map((id) => row('volume', id)),
    ...[...world.interfaces.values()].map(({ id, balancerArn, endpointId }) =>
      row('network-interface', id, id, (balancerArn ?? endpointId) !== undefined),
    ),
    ...[...world.securityGroups.keys()]
      .filter((id) => !defaultGroups.includes(id))
      .map((id) => row('security-group', id)),
    ...[...world.loadBalancers.keys()].map((arn) => row('load-balancer', arn)),
    ...[...world.classicBalancers.values()].map(({ name, arn }) => row('classic-load-balancer', name, arn)),
    ...[...world.listeners.keys()].map((arn) => row('listener', arn)),
    ...[...world.targetGroups.keys()].map((arn) => row('target-group', arn)),
    ...[...vpcs.values()].filter(({ isDefault }) => !isDefault).map(({ id }) => row('vpc', id)),
    ...[...subnets.values()].filter(({ vpcId }) => !ofDefault(vpcId)).map(({ id }) => row('subnet', id)),
    ...[...gateways.values()]
      .filter(({ vpcId }) => !ofDefault(vpcId))
      .map(({ id }) => row('internet-gateway', id)),
    ...[...routeTables.values()].filter(({ main }) => !main).map(({ id }) => row('route-table', id)),
    ...[...endpoints.keys()].map((id) => row('vpc-endpoint', id)),
    ...[...world.policies.keys()].map((arn) => row('policy', arn)),
    ...[...world.roles.values()].map(({ name, arn }) => row('role', name, arn)),
    ...[...world.profiles.values()].map(({ name, arn }) => row('instance-profile', name, arn)),
    ...[...world.parameters.keys()].map((name) => row('parameter', name, `parameter/${name}`)),
    ...[...world.activations.values()].map(({ id, tags }) => ({ ...row('activation', id), tags })),
    ...[...world.registrations.values()]
      .filter(({ activation }) => activation !== undefined)
      .map(({ nodeId }) => row('hybrid-node', nodeId)),
  ]
}
