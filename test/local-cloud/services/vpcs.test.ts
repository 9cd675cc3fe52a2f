import { expect, test } from '@jest/globals'
import { eventually, refusal, startCloud } from './start-cloud.ts'

type Cloud = ReturnType<typeof startCloud>
const fine = 'nothing: it succeeded'

const ec2 = (cloud: Cloud, operation: string, input: object = {}) => cloud.call('ec2', operation, input)

async function makeVpc(cloud: Cloud, CidrBlock = '10.40.0.0/16'): Promise<string> {
  const { Vpc: vpc } = await ec2(cloud, 'CreateVpc', { CidrBlock })
  return vpc.VpcId
}

const makeSubnet = async (cloud: Cloud, VpcId: string, CidrBlock = '10.40.0.0/20'): Promise<string> =>
  (await ec2(cloud, 'CreateSubnet', { VpcId, CidrBlock, AvailabilityZone: 'eu-west-1b' })).Subnet.SubnetId

/** A VPC with one public subnet, and the ids of all that it is made of. */
async function publicVpc(cloud: Cloud) {
  const VpcId = await makeVpc(cloud)
  const SubnetId = await makeSubnet(cloud, VpcId)
  const { InternetGateway: made } = await ec2(cloud, 'CreateInternetGateway')
  const { InternetGatewayId } = made
  await ec2(cloud, 'AttachInternetGateway', { InternetGatewayId, VpcId })
  const { RouteTable: table } = await ec2(cloud, 'CreateRouteTable', { VpcId })
  const { RouteTableId } = table
  await ec2(cloud, 'CreateRoute', {
    RouteTableId,
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: InternetGatewayId,
  })
  await ec2(cloud, 'AssociateRouteTable', { RouteTableId, SubnetId })
  await ec2(cloud, 'ModifySubnetAttribute', { SubnetId, MapPublicIpOnLaunch: { Value: true } })
  return { VpcId, SubnetId, InternetGatewayId, RouteTableId }
}

test('a VPC that is in use can be taken down in one order only', async () => {
  const cloud = startCloud()
  const { VpcId, SubnetId, InternetGatewayId, RouteTableId } = await publicVpc(cloud)
  const id = await cloud.launchOne({ SubnetId })
  const remove = (operation: string, input: object) => refusal(ec2(cloud, operation, input))
  const detach = () => remove('DetachInternetGateway', { InternetGatewayId, VpcId })
  expect(await detach()).toBe('DependencyViolation')
  expect(await remove('DeleteSubnet', { SubnetId })).toBe('DependencyViolation')
  expect(await remove('DeleteRouteTable', { RouteTableId })).toBe('DependencyViolation')
  expect(await remove('DeleteVpc', { VpcId })).toBe('DependencyViolation')
  await ec2(cloud, 'TerminateInstances', { InstanceIds: [id] })
  await eventually(
    () => remove('DeleteSubnet', { SubnetId }),
    (code) => code === fine,
  )
  expect(await remove('DeleteInternetGateway', { InternetGatewayId })).toBe('DependencyViolation')
  expect(await remove('DeleteVpc', { VpcId })).toBe('DependencyViolation')
  expect([await detach(), await detach()]).toEqual([fine, 'Gateway.NotAttached'])
  expect(await remove('DeleteInternetGateway', { InternetGatewayId })).toBe(fine)
  expect(await remove('DeleteRouteTable', { RouteTableId })).toBe(fine)
  expect([await remove('DeleteVpc', { VpcId }), await remove('DeleteVpc', { VpcId })]).toEqual([
    fine,
    'InvalidVpcID.NotFound',
  ])
  expect([...cloud.world.securityGroups.values()].map(({ name }) => name)).toEqual(['default'])
})

test('machines have a public address where their subnet gives one, and names of groups are the VPC’s own', async () => {
  const cloud = startCloud()
  const { VpcId, SubnetId } = await publicVpc(cloud)
  const hidden = await makeSubnet(cloud, VpcId, '10.40.16.0/20')
  const group = { GroupName: 'nodes', Description: 'd' }
  const { GroupId } = await ec2(cloud, 'CreateSecurityGroup', { ...group, VpcId })
  expect(await refusal(ec2(cloud, 'CreateSecurityGroup', group))).toBe(fine)
  const addressOf = async (subnet: string) => {
    const InstanceIds = [await cloud.launchOne({ SubnetId: subnet, SecurityGroupIds: [GroupId] })]
    const { Reservations: found } = await ec2(cloud, 'DescribeInstances', { InstanceIds })
    return [found[0].Instances[0].PrivateIpAddress, Boolean(found[0].Instances[0].PublicIpAddress)]
  }
  expect([await addressOf(SubnetId), await addressOf(hidden)]).toEqual([
    ['10.40.0.4', true],
    ['10.40.16.4', false],
  ])
  expect(await refusal(cloud.launch({ SecurityGroupIds: [GroupId] }))).toBe('InvalidParameter')
})

test.each([
  ['a VPC beyond /16', 'CreateVpc', { CidrBlock: '10.0.0.0/8' }, 'InvalidVpc.Range'],
  ['a VPC that is no range', 'CreateVpc', { CidrBlock: '10.0.0.1/16' }, 'InvalidVpc.Range'],
  ['a subnet outside its VPC', 'CreateSubnet', { CidrBlock: '10.41.0.0/20' }, 'InvalidSubnet.Range'],
  ['a subnet below /28', 'CreateSubnet', { CidrBlock: '10.40.0.0/29' }, 'InvalidSubnet.Range'],
  ['a subnet on another one', 'CreateSubnet', { CidrBlock: '10.40.8.0/24' }, 'InvalidSubnet.Conflict'],
  [
    'a zone that is not there',
    'CreateSubnet',
    { CidrBlock: '10.40.32.0/20', AvailabilityZone: 'eu-west-1z' },
    'InvalidParameterValue',
  ],
  ['a second gateway', 'AttachInternetGateway', {}, 'InvalidParameterValue'],
  ['a second table for a subnet', 'AssociateRouteTable', {}, 'Resource.AlreadyAssociated'],
  ['the main table’s end', 'DeleteRouteTable', { main: true }, 'DependencyViolation'],
])('%s is refused', async (_, operation, more, code) => {
  const cloud = startCloud()
  const ids = await publicVpc(cloud)
  const main = [...cloud.world.network.routeTables.values()].find(
    (table) => table.main && table.vpcId === ids.VpcId,
  )
  const { InternetGateway: other } = await ec2(cloud, 'CreateInternetGateway')
  const inputs: Record<string, object> = {
    CreateVpc: {},
    CreateSubnet: { VpcId: ids.VpcId },
    AttachInternetGateway: { VpcId: ids.VpcId, InternetGatewayId: other.InternetGatewayId },
    AssociateRouteTable: { RouteTableId: main?.id, SubnetId: ids.SubnetId },
    DeleteRouteTable: { RouteTableId: main?.id },
  }
  const { main: __, ...input } = more as { main?: boolean }
  expect(await refusal(ec2(cloud, operation, { ...inputs[operation], ...input }))).toBe(code)
})

test('an account has five VPCs unless it was granted more', async () => {
  const cloud = startCloud()
  for (const second of [1, 2, 3, 4]) await makeVpc(cloud, `10.${second}.0.0/16`)
  expect(await refusal(makeVpc(cloud, '10.5.0.0/16'))).toBe('VpcLimitExceeded')
  cloud.world.quotas.set('L-F678F1CE', 6)
  expect(await refusal(makeVpc(cloud, '10.5.0.0/16'))).toBe(fine)
})

const endpointOf = (VpcId: string, SubnetIds: string[], more: object = {}) => ({
  ...{ VpcEndpointType: 'Interface', ServiceName: 'com.amazonaws.eu-west-1.ssm', VpcId, SubnetIds },
  ...{ PrivateDnsEnabled: true, ...more },
})

test('an endpoint needs the VPC’s names, takes addresses, and holds its subnet for a while after it', async () => {
  const cloud = startCloud()
  const { VpcId, SubnetId } = await publicVpc(cloud)
  const make = (more?: object) => ec2(cloud, 'CreateVpcEndpoint', endpointOf(VpcId, [SubnetId], more))
  expect(await refusal(make())).toBe('InvalidParameter')
  await ec2(cloud, 'ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } })
  const { VpcEndpoint: made } = await make({ ClientToken: 'one' })
  expect(made).toMatchObject({ State: 'pending', PrivateDnsEnabled: true })
  expect((await make({ ClientToken: 'one' })).VpcEndpoint.VpcEndpointId).toBe(made.VpcEndpointId)
  expect(await refusal(make({ ClientToken: 'one', PrivateDnsEnabled: false }))).toBe(
    'IdempotentParameterMismatch',
  )
  expect(await refusal(make({ ClientToken: 'two' }))).toBe('InvalidParameter')
  expect(await refusal(make({ ServiceName: 'com.amazonaws.eu-west-1.smm' }))).toBe('InvalidServiceName')
  const VpcEndpointIds = [made.VpcEndpointId]
  await eventually(
    () => ec2(cloud, 'DescribeVpcEndpoints', { VpcEndpointIds }),
    ({ VpcEndpoints: [one] }) => one.State === 'available',
  )
  await ec2(cloud, 'DeleteVpcEndpoints', { VpcEndpointIds })
  expect(await refusal(ec2(cloud, 'DeleteSubnet', { SubnetId }))).toBe('DependencyViolation')
  await eventually(
    () => refusal(ec2(cloud, 'DeleteSubnet', { SubnetId })),
    (code) => code === fine,
  )
  expect((await ec2(cloud, 'DeleteVpcEndpoints', { VpcEndpointIds })).Unsuccessful).toMatchObject([
    { Error: { Code: 'InvalidVpcEndpoint.NotFound' } },
  ])
})

test('a gateway endpoint is a route, as long as it is there', async () => {
  const cloud = startCloud()
  const { VpcId, RouteTableId } = await publicVpc(cloud)
  const input = {
    ...{ VpcEndpointType: 'Gateway', ServiceName: 'com.amazonaws.eu-west-1.s3', VpcId },
    RouteTableIds: [RouteTableId],
  }
  const { VpcEndpoint: made } = await ec2(cloud, 'CreateVpcEndpoint', input)
  const routes = async () => {
    const { RouteTables: tables } = await ec2(cloud, 'DescribeRouteTables', { RouteTableIds: [RouteTableId] })
    return tables[0].Routes.map(({ GatewayId }: { GatewayId: string }) => GatewayId)
  }
  expect(await routes()).toContain(made.VpcEndpointId)
  expect(await refusal(ec2(cloud, 'CreateVpcEndpoint', input))).toBe('RouteAlreadyExists')
  expect((await ec2(cloud, 'DescribeVpcEndpoints', {})).VpcEndpoints).toHaveLength(1)
  await ec2(cloud, 'DeleteVpcEndpoints', { VpcEndpointIds: [made.VpcEndpointId] })
  expect(await routes()).not.toContain(made.VpcEndpointId)
})
