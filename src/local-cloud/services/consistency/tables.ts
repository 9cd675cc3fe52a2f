import { AwsFault, type ServiceName } from '../../wire/service.ts'
import type { World } from '../../world/world.ts'

/** A table of the world that its service shows with delay. */
export interface Table {
  readonly name: TableName
  /** Members of a call's input that name one of the table's things, or several. */
  readonly members: readonly string[]
  /** Operations that may name a thing which isn't there: they make it. */
  readonly makers: readonly string[]
  /** What the service says of one that it doesn't know; undefined where things are never named. */
  readonly unknown: ((id: string) => AwsFault) | undefined
}

type TableName =
  | 'activations'
  | 'classicBalancers'
  | 'endpoints'
  | 'gateways'
  | 'instances'
  | 'interfaces'
  | 'listeners'
  | 'loadBalancers'
  | 'nodes'
  | 'parameters'
  | 'profiles'
  | 'roles'
  | 'routeTables'
  | 'securityGroups'
  | 'subnets'
  | 'tags'
  | 'targetGroups'
  | 'volumes'
  | 'vpcs'

const table = (
  name: TableName,
  members: readonly string[] = [],
  unknown?: Table['unknown'],
  makers: readonly string[] = [],
): Table => ({ name, members, makers, unknown })

const fault = (code: string, words: (id: string) => string) => (id: string) => new AwsFault(code, words(id))

const iam = (what: string) => (id: string) =>
  new AwsFault('NoSuchEntity', `${what} ${id} cannot be found.`, { status: 404 })

export const TABLES: Readonly<Partial<Record<ServiceName, readonly Table[]>>> = {
  ec2: [
    table(
      'instances',
      ['InstanceId', 'InstanceIds', 'Resources'],
      fault('InvalidInstanceID.NotFound', (id) => `The instance ID '${id}' does not exist`),
    ),
    table(
      'securityGroups',
      ['GroupId', 'GroupIds', 'SecurityGroupIds', 'Resources'],
      fault('InvalidGroup.NotFound', (id) => `The security group '${id}' does not exist`),
    ),
    table(
      'volumes',
      ['VolumeId', 'VolumeIds', 'Resources'],
      fault('InvalidVolume.NotFound', (id) => `The volume '${id}' does not exist.`),
    ),
    table(
      'interfaces',
      ['NetworkInterfaceIds', 'Resources'],
      fault('InvalidNetworkInterfaceID.NotFound', (id) => `The networkInterface ID '${id}' does not exist`),
    ),
    table(
      'vpcs',
      ['VpcId', 'VpcIds', 'Resources'],
      fault('InvalidVpcID.NotFound', (id) => `The vpc ID '${id}' does not exist`),
    ),
    table(
      'subnets',
      ['SubnetId', 'SubnetIds', 'Resources'],
      fault('InvalidSubnetID.NotFound', (id) => `The subnet ID '${id}' does not exist`),
    ),
    table(
      'gateways',
      ['InternetGatewayId', 'InternetGatewayIds', 'Resources'],
      fault('InvalidInternetGatewayID.NotFound', (id) => `The internetGateway ID '${id}' does not exist`),
    ),
    table(
      'routeTables',
      ['RouteTableId', 'RouteTableIds', 'Resources'],
      fault('InvalidRouteTableID.NotFound', (id) => `The routeTable ID '${id}' does not exist`),
    ),
    table(
      'endpoints',
      ['VpcEndpointIds', 'Resources'],
      fault('InvalidVpcEndpointId.NotFound', (id) => `The vpcEndpoint ID '${id}' does not exist`),
    ),
    table('tags'),
  ],
  elb: [
    table(
      'classicBalancers',
      ['LoadBalancerNames'],
      fault('LoadBalancerNotFound', (name) => `There is no ACTIVE Load Balancer named '${name}'`),
    ),
    table('tags'),
  ],
  elbv2: [
    table(
      'loadBalancers',
      ['LoadBalancerArn', 'LoadBalancerArns', 'ResourceArns'],
      fault('LoadBalancerNotFound', (arn) => `Load balancer '${arn}' not found`),
    ),
    table(
      'targetGroups',
      ['TargetGroupArn', 'TargetGroupArns', 'ResourceArns'],
      fault('TargetGroupNotFound', () => 'One or more target groups not found'),
    ),
    table(
      'listeners',
      ['ListenerArn', 'ListenerArns'],
      fault('ListenerNotFound', () => 'One or more listeners not found'),
    ),
    table('tags'),
  ],
  iam: [
    table('roles', ['RoleName'], iam('The role with name'), ['CreateRole']),
    table('profiles', ['InstanceProfileName'], iam('Instance Profile'), ['CreateInstanceProfile']),
    table('tags'),
  ],
  ssm: [
    table(
      'parameters',
      ['Name'],
      fault('ParameterNotFound', () => ''),
      ['PutParameter'],
    ),
    table(
      'parameters',
      ['ResourceId'],
      fault('InvalidResourceId', () => ''),
    ),
    table(
      'activations',
      ['ActivationId'],
      fault('InvalidActivation', () => ''),
    ),
    table('nodes'),
    table('tags'),
  ],
}

export type Content = ReadonlyMap<string, unknown>

/** Records are replaced and never changed, so a copy of the table alone keeps what it held. */
export const contentOf = ({ network, ...world }: World, { name }: Table): Content =>
  new Map<string, unknown>({ ...world, ...network }[name])
