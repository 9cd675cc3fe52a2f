import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import {
  CreateLoadBalancerCommand as CreateClassicBalancerCommand,
  type ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing'
import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { World } from '../../src/local-cloud/world/world.ts'

interface Clients {
  ec2: EC2Client
  elb: ElasticLoadBalancingV2Client
  classicElb: ElasticLoadBalancingClient
}

/** What Kubernetes makes in AWS for services of type LoadBalancer, classic by default, and for a claim. */
export async function madeByKubernetes(clients: Clients, world: World, cluster: string): Promise<void> {
  const key = `kubernetes.io/cluster/${cluster}`
  const tags = [{ Key: key, Value: 'owned' }]
  await layBalancer(clients, world, cluster, { name: 'a1', tags })
  await layClassicBalancer(clients, world, cluster, { name: 'c1', tags })
  layVolume(world, 'vol-0aaaaaaaaaaaaaaa1', { [key]: 'owned' })
}

/** What the AWS Load Balancer Controller makes for a service: it has a tag of its own. */
export const madeByController = (clients: Clients, world: World, cluster: string): Promise<void> =>
  layBalancer(clients, world, cluster, {
    name: 'b1',
    tags: [
      { Key: 'elbv2.k8s.aws/cluster', Value: cluster },
      { Key: 'service.k8s.aws/stack', Value: 'default/shop' },
    ],
  })

interface Wish {
  name: string
  tags: { Key: string; Value: string }[]
}

async function layClassicBalancer(
  clients: Clients,
  world: World,
  cluster: string,
  wish: Wish,
): Promise<void> {
  const GroupId = await layGroup(clients, world, cluster, wish)
  await clients.classicElb.send(
    new CreateClassicBalancerCommand({
      LoadBalancerName: wish.name,
      Listeners: [{ Protocol: 'TCP', LoadBalancerPort: 80, InstancePort: 31_001 }],
      Subnets: [...world.network.subnets.keys()],
      SecurityGroups: [GroupId],
      Tags: wish.tags,
    }),
  )
}

/** A balancer's security group, which the nodes let in. */
async function layGroup(
  { ec2 }: Pick<Clients, 'ec2'>,
  world: World,
  cluster: string,
  { name, tags }: Wish,
): Promise<string> {
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: `k8s-elb-${name}`,
      Description: 'Security group for Kubernetes',
      TagSpecifications: [{ ResourceType: 'security-group', Tags: tags }],
    }),
  )
  // The nodes let the balancer in, and it is held until that rule is gone.
  const nodes = [...world.securityGroups.values()].find(({ name }) => name === `${cluster}-nodes`)
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: nodes?.id,
      IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }],
    }),
  )
  return GroupId
}

async function layBalancer(clients: Clients, world: World, cluster: string, wish: Wish): Promise<void> {
  const { elb } = clients
  const { name, tags } = wish
  const GroupId = await layGroup(clients, world, cluster, wish)
  await elb.send(
    new CreateLoadBalancerCommand({
      Name: name,
      Type: 'network',
      Scheme: 'internal',
      Subnets: [...world.network.subnets.keys()],
      SecurityGroups: [GroupId],
      Tags: tags,
    }),
  )
  await elb.send(
    new CreateTargetGroupCommand({
      Name: `k8s-${name}`,
      Protocol: 'TCP',
      Port: 31_000,
      VpcId: [...world.network.vpcs.keys()][0],
      TargetType: 'instance',
      Tags: tags,
    }),
  )
}

/** A volume that is attached to nothing, or to a machine that it outlives. */
export function layVolume(
  world: World,
  id: string,
  tags: Record<string, string>,
  instanceId: string | undefined = undefined,
  createdAt: number = Date.now(),
): void {
  world.volumes.set(id, {
    id,
    zone: 'eu-west-1a',
    sizeGib: 8,
    type: 'gp3',
    device: '',
    encrypted: true,
    deleteOnTermination: false,
    instanceId,
    createdAt,
  })
  world.tags.set(id, tags)
}

/** A machine outside EC2 that an activation let in. */
export function layHybridNode(
  world: World,
  { nodeId, activationId, cluster }: { nodeId: string; activationId: string; cluster: string },
): void {
  const now = Date.now()
  world.tags.set(nodeId, { 'rke2-action:cluster': cluster })
  world.registrations.set(nodeId, {
    nodeId,
    fingerprint: 'f',
    publicKey: '',
    activation: { id: activationId, iamRole: 'hybrid', name: 'edge-1' },
    registeredAt: now,
  })
  world.nodes.set(nodeId, {
    instanceId: nodeId,
    agentVersion: '3.3.0.0',
    computerName: 'edge-1',
    ipAddress: '192.0.2.1',
    platformName: 'Ubuntu',
    platformType: 'Linux',
    platformVersion: '24.04',
    registeredAt: now,
    lastContactAt: now,
  })
}
