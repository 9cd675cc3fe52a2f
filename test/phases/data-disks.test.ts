import { expect, test } from '@jest/globals'
import { terminateInstances } from '../../src/aws/instances.ts'
import { describeError } from '../../src/kit/errors.ts'
import { estimateCost } from '../../src/phases/estimate-cost.ts'
import { runPhases } from '../../src/phases/phase.ts'
import { planCluster } from '../../src/phases/plan/plan-cluster.ts'
import { provisionNodes } from '../../src/phases/provision-nodes.ts'
import { teardown } from '../../src/phases/teardown.ts'
import { eventually } from '../local-cloud/services/start-cloud.ts'
import { recordedCluster } from './recorded-cluster.ts'

/** Its root has 25 GiB, its data disks 40 and 10. */
const WITH_DATA_DISKS = 'ami-0a1b2c3d4e5f60007'
const SMALL = { servers: 1, agents: 1, image: WITH_DATA_DISKS }

test('all disks of an image are encrypted gp3, and a teardown leaves none', async () => {
  const { context, world } = await recordedCluster(SMALL)
  await provisionNodes.run(context)
  const volumes = [...world.volumes.values()]
  const machine = ['/dev/sda1 30', '/dev/sdb 40', '/dev/sdc 10']
  expect(volumes.map(({ device, sizeGib }) => `${device} ${sizeGib}`)).toEqual([...machine, ...machine])
  for (const volume of volumes)
    expect(volume).toMatchObject({ type: 'gp3', encrypted: true, deleteOnTermination: true })
  const { aws, clock, log, signal, spec } = context
  await teardown({ cluster: spec.clusterName, aws, clock, log, signal, timeout: 20 })
  expect([...world.volumes.keys()]).toEqual([])
}, 60_000)

test('no disk outlives its machine, also where nobody tears the cluster down', async () => {
  const { context, world } = await recordedCluster(SMALL)
  await provisionNodes.run(context)
  await terminateInstances(context.aws.ec2, [...world.instances.keys()])
  await eventually(
    async () => [...world.instances.values()],
    (machines) => machines.every(({ state }) => state === 'terminated'),
  )
  expect([...world.volumes.values()]).toEqual([])
}, 60_000)

test('a volume-size below the image’s root is told before anything is made, with what else is wrong', async () => {
  const types = { 'agent-instance-type': ['t4g.large'] }
  const { context, calls } = await recordedCluster({ ...SMALL, ...types, 'volume-size': 20 })
  const said = describeError(await runPhases([provisionNodes], context).catch((error: unknown) => error))
  expect(said).toContain(
    `volume-size: 20 GiB is less than the root of image ${WITH_DATA_DISKS} (own-image-with-data-disks) has: 25 GiB\n` +
      '→ Set volume-size to 25 or more, or choose an image with a smaller root. Nothing was created.',
  )
  expect(said).toContain(`image ${WITH_DATA_DISKS} is amd64, and the instance types are arm64`)
  expect([...calls.keys()].filter((call) => /^(Create|Run|Put)/.test(call))).toEqual([])
}, 30_000)

test('a plan counts the data disks, in its price and in its quotas', async () => {
  const { context } = await recordedCluster(SMALL)
  const { resources, cost, quotas, calls } = await planCluster(context)
  const machines = resources.filter(({ kind }) => kind === 'instance')
  expect(machines.map(({ detail }) => detail)).toEqual(
    Array.from({ length: 2 }, () => expect.stringContaining('with 30 + 40 + 10 GiB gp3, encrypted;')),
  )
  for (const estimate of [cost, await estimateCost(context)]) {
    const lines = 'cost' in estimate ? estimate.cost.lines : []
    expect(lines.find(({ what }) => what === 'gp3 volumes')?.quantity).toBe(160)
  }
  const gp3 = 'quotas' in quotas ? quotas.quotas.find(({ name }) => /gp3/.test(name)) : undefined
  expect(gp3?.needed).toBe(160)
  expect(calls.filter(({ allowed }) => allowed === false)).toEqual([])
}, 30_000)
