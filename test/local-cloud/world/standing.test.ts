import { expect, test } from '@jest/globals'
import { standingIn } from '../../../src/local-cloud/world/standing.ts'
import { eventually, startCloud } from '../services/start-cloud.ts'

test('what somebody made stands until it is taken away, and what every account has does not', async () => {
  const { world, call, createProfile, launchOne } = startCloud()
  expect(standingIn(world)).toEqual([])
  await createProfile('node')
  const tags = [{ ResourceType: 'instance', Tags: [{ Key: 'of', Value: 'me' }] }]
  const id = await launchOne({ TagSpecifications: tags })
  const Subnets = [...world.network.subnets.keys()]
  await call('elbv2', 'CreateLoadBalancer', { Name: 'lb', Type: 'network', Subnets })
  await call('ssm', 'PutParameter', { Name: '/p', Value: 'v', Type: 'String' })
  const kinds = () => standingIn(world).map(({ kind, managed }) => `${managed ? 'managed ' : ''}${kind}`)
  expect([...new Set(kinds())]).toEqual([
    'instance',
    'volume',
    'network-interface',
    'managed network-interface',
    'load-balancer',
    'role',
    'instance-profile',
    'parameter',
  ])
  expect(standingIn(world)).toContainEqual({ kind: 'instance', id, tags: { of: 'me' }, managed: false })
  await call('ec2', 'TerminateInstances', { InstanceIds: [id] })
  await eventually(
    async () => kinds(),
    (left) => !left.includes('instance'),
  )
  expect(kinds()).not.toContain('volume')
})
