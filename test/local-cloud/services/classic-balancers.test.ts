import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing'
import { afterEach, expect, test } from '@jest/globals'
import { authorityOf } from '../../../src/local-cloud/services/authority.ts'
import { standingIn } from '../../../src/local-cloud/world/standing.ts'
import { startWireServer } from '../wire/wire-server.ts'
import { eventually, refusal, startCloud } from './start-cloud.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Asked as Kubernetes' controller asks, through the SDK. */
async function classic(speed = 400) {
  const cloud = startCloud({ speed })
  const { endpoint, close } = await startWireServer(cloud.handlers, { authority: authorityOf(cloud.world) })
  closing.push(close)
  const { region, userKey: credentials, network } = cloud.world
  const elb = new ElasticLoadBalancingClient({ endpoint, region, credentials, maxAttempts: 1 })
  const create = (more: object = {}) =>
    elb.send(
      new CreateLoadBalancerCommand({
        LoadBalancerName: 'a1',
        Listeners: [{ Protocol: 'TCP', LoadBalancerPort: 80, InstancePort: 31_000 }],
        Scheme: 'internal',
        Subnets: [...network.subnets.keys()].slice(0, 2),
        ...more,
      }),
    )
  return { cloud, elb, create }
}

test('a classic balancer is made, shown with its tags, and deleted', async () => {
  const { cloud, elb, create } = await classic()
  const { DNSName } = await create({ Tags: [{ Key: 'of', Value: 'me' }] })
  expect(DNSName).toMatch(/^internal-a1-\w+\.eu-west-1\.elb\.amazonaws\.com$/)
  expect((await create()).DNSName).toBe(DNSName)
  const { LoadBalancerDescriptions: all } = await elb.send(new DescribeLoadBalancersCommand({}))
  expect(all).toMatchObject([{ LoadBalancerName: 'a1', DNSName, CreatedTime: expect.any(Date) }])
  expect(all?.[0]?.ListenerDescriptions?.[0]?.Listener).toMatchObject({ InstancePort: 31_000 })
  const tags = await elb.send(new DescribeTagsCommand({ LoadBalancerNames: ['a1'] }))
  expect(tags.TagDescriptions).toEqual([{ LoadBalancerName: 'a1', Tags: [{ Key: 'of', Value: 'me' }] }])
  expect(await cloud.call('elbv2', 'DescribeLoadBalancers')).toMatchObject({ LoadBalancers: [] })
  const own = { kind: 'classic-load-balancer', id: 'a1', tags: { of: 'me' }, managed: false }
  expect(standingIn(cloud.world)).toContainEqual(own)
  for (const LoadBalancerName of ['a1', 'a1', 'never-there'])
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerName }))
  await expect(elb.send(new DescribeTagsCommand({ LoadBalancerNames: ['a1'] }))).rejects.toMatchObject({
    Code: 'LoadBalancerNotFound',
  })
  expect(cloud.world.tags.size).toBe(0)
})

test.each([
  [{ LoadBalancerName: '-a' }, 'ValidationError'],
  [{ Scheme: 'sideways' }, 'InvalidScheme'],
  [{ Subnets: ['subnet-0'] }, 'SubnetNotFound'],
  [{ SecurityGroups: ['sg-0'] }, 'InvalidSecurityGroup'],
  [{ Scheme: 'internet-facing' }, 'DuplicateLoadBalancerName'],
  [{ AvailabilityZones: ['eu-west-1a'] }, 'UnsupportedOperation'],
])('%j is refused: %s', async (more, Code) => {
  const { create } = await classic()
  await create()
  await expect(create(more)).rejects.toMatchObject({ Code })
})

test('its interfaces hold its group, its subnet and the VPC’s gateway, and outlive it a while', async () => {
  const { cloud, elb, create } = await classic()
  const { GroupId } = await cloud.call('ec2', 'CreateSecurityGroup', { GroupName: 'k8s', Description: 'd' })
  await create({ SecurityGroups: [GroupId], Scheme: 'internet-facing' })
  const [gateway] = cloud.world.network.gateways.values()
  const InternetGatewayId = gateway?.id
  const detached = cloud.call('ec2', 'DetachInternetGateway', { InternetGatewayId, VpcId: gateway?.vpcId })
  expect(await refusal(detached)).toBe('DependencyViolation')
  await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'a1' }))
  const { NetworkInterfaces: left } = await cloud.call('ec2', 'DescribeNetworkInterfaces', {
    Filters: [{ Name: 'group-id', Values: [GroupId] }],
  })
  const shown = { Description: 'ELB a1', RequesterId: 'amazon-elb', InterfaceType: 'interface' }
  expect(left).toMatchObject([shown, shown])
  const deleteGroup = () => refusal(cloud.call('ec2', 'DeleteSecurityGroup', { GroupId }))
  expect(await deleteGroup()).toBe('DependencyViolation')
  expect(await refusal(cloud.call('ec2', 'DeleteSubnet', { SubnetId: left[0].SubnetId }))).toBe(
    'DependencyViolation',
  )
  await eventually(deleteGroup, (answer) => answer !== 'DependencyViolation')
  expect(cloud.world.interfaces.size).toBe(0)
})
