import { expect, test } from '@jest/globals'
import { systemClock } from '../../../src/kit/clock.ts'
import type { Hypervisor } from '../../../src/local-cloud/machines/hypervisor.ts'
import { createServices } from '../../../src/local-cloud/services/create-services.ts'
import { recordHypervisor } from '../../../src/local-cloud/services/record-hypervisor.ts'
import { createWorld } from '../../../src/local-cloud/world/world.ts'
import { eventually, UBUNTU } from './start-cloud.ts'

/** A cloud whose machines differ from records in what the test says. */
function cloudWith(different: Partial<Hypervisor>) {
  const controller = new AbortController()
  const world = createWorld({ clock: systemClock, speed: 400, signal: controller.signal })
  const records = recordHypervisor({ world, answer: () => ({ exitCode: 0, stdout: '' }) })
  const troubles: unknown[] = []
  const report = (error: unknown) => void troubles.push(error)
  const handlers = createServices(world, { ...records, ...different }, { report })
  records.connect(handlers)
  const ec2 = async (operation: string, input: object) =>
    handlers.ec2?.[operation]?.(input, {
      ...{ service: 'ec2', operation, region: world.region, accessKeyId: 'AKIA', requestId: '' },
      sourceAddress: undefined,
    })
  const launch = async (more: object = {}) => {
    await ec2('RunInstances', {
      ImageId: UBUNTU,
      InstanceType: 't3.large',
      MinCount: 1,
      MaxCount: 1,
      ...more,
    })
    return [...world.instances.keys()].at(-1) ?? ''
  }
  const reaches = (id: string, state: string) =>
    eventually(
      async () => world.instances.get(id),
      (instance) => instance?.state === state,
    )
  return { world, troubles, ec2, launch, reaches, close: () => controller.abort() }
}

test('a machine that cannot be made is terminated, and the reason is reported', async () => {
  const cloud = cloudWith({ create: () => Promise.reject(new Error('no namespaces')) })
  const id = await cloud.launch()
  expect((await cloud.reaches(id, 'terminated'))?.reason?.code).toBe('Server.InternalError')
  expect(cloud.troubles).toEqual([new Error('no namespaces')])
  cloud.close()
})

test.each([
  ['terminate', 'terminated'],
  ['stop', 'stopped'],
])('a guest that shuts itself down does %s', async (InstanceInitiatedShutdownBehavior, state) => {
  const listeners: ((id: string) => void)[] = []
  const cloud = cloudWith({ onPowerOff: (listener) => void listeners.push(listener) })
  const id = await cloud.launch({ InstanceInitiatedShutdownBehavior })
  await cloud.reaches(id, 'running')
  for (const tell of listeners) tell(id)
  expect((await cloud.reaches(id, state))?.reason?.code).toBe('Client.InstanceInitiatedShutdown')
  cloud.close()
})

test('a machine that is terminated while it is being made is made first, then destroyed', async () => {
  const events: string[] = []
  const cloud = cloudWith({
    create: async () => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      events.push('created')
    },
    destroy: async () => void events.push('destroyed'),
  })
  const id = await cloud.launch()
  await cloud.ec2('TerminateInstances', { InstanceIds: [id] })
  await cloud.reaches(id, 'terminated')
  expect(events).toEqual(['created', 'destroyed'])
  cloud.close()
})

test.each([
  ['Force lets it try to shut down first', { Force: true }, false],
  ['SkipOsShutdown is a power loss', { SkipOsShutdown: true }, true],
])('%s', async (_, how, force) => {
  const stops: object[] = []
  const cloud = cloudWith({ stop: async (_id, options) => void stops.push(options) })
  const id = await cloud.launch()
  await cloud.reaches(id, 'running')
  await cloud.ec2('StopInstances', { InstanceIds: [id], ...how })
  await cloud.reaches(id, 'stopped')
  expect(stops).toEqual([{ force }])
  cloud.close()
})

test('of a machine that a request ended EC2 says when, in StateTransitionReason', async () => {
  const cloud = cloudWith({})
  const id = await cloud.launch()
  await cloud.ec2('TerminateInstances', { InstanceIds: [id] })
  await cloud.reaches(id, 'terminated')
  const told = JSON.stringify(await cloud.ec2('DescribeInstances', { InstanceIds: [id] }))
  const [, time = ''] = /"StateTransitionReason":"User initiated \((.* GMT)\)"/.exec(told) ?? []
  expect(Math.abs(Date.now() - Date.parse(time))).toBeLessThan(60_000)
  cloud.close()
})
