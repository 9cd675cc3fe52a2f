import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { readInstanceIdentity } from '../../../../src/local-cloud/machines/agent/instance-identity.ts'
import { openInstanceMetadata } from '../../../../src/local-cloud/machines/agent/instance-metadata.ts'
import { createMetadataService } from '../../../../src/local-cloud/machines/metadata-service.ts'
import { authorityOf } from '../../../../src/local-cloud/services/authority.ts'
import { metadataOf } from '../../../../src/local-cloud/services/ec2/metadata.ts'
import { refusal, startCloud } from '../../services/start-cloud.ts'
import { startWireServer } from '../../wire/wire-server.ts'

const directory = mkdtempSync(join(tmpdir(), 'instance-identity-'))
const closing: (() => unknown)[] = [() => rmSync(directory, { recursive: true })]
afterAll(async () => {
  for (const close of closing) await close()
})

/** The stand-in's own code on an instance of the local cloud, with what it asked of the metadata service. */
async function onInstance(launch: object) {
  const cloud = startCloud()
  // The machine that comes with the cloud keeps silent.
  cloud.machines.connect({ ssm: { UpdateInstanceInformation: () => Promise.reject(new Error('silent')) } })
  await cloud.createProfile('node')
  const id = await cloud.launchOne(launch)
  const wire = await startWireServer(cloud.handlers, { authority: authorityOf(cloud.world) })
  const metadata = createMetadataService({ now: Date.now, treeOf: () => metadataOf(cloud.world, id) })
  const asked: string[] = []
  metadata.prependListener('request', ({ method, url }) => asked.push(`${method} ${url}`))
  await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve))
  const address = metadata.address()
  const port = typeof address === 'object' ? address?.port : 0
  closing.push(wire.close, () => metadata.close().closeAllConnections())
  const identity = await readInstanceIdentity({
    read: openInstanceMetadata(`http://127.0.0.1:${port}`),
    endpoint: wire.endpoint,
    directory: join(directory, id),
    agentVersion: '3.3.0.0',
  })
  return { ...cloud, id, identity, asked }
}

test('start: what it reads of the metadata service, with a token', async () => {
  const { id, identity, asked, world } = await onInstance({ IamInstanceProfile: { Name: 'node' } })
  await identity.register()
  await identity.credentials()
  expect(asked).toEqual([
    'PUT /latest/api/token',
    'GET /latest/meta-data/instance-id',
    'GET /latest/dynamic/instance-identity/document',
    'GET /latest/meta-data/placement/availability-zone',
    'GET /latest/meta-data/placement/availability-zone-id',
    'GET /latest/identity-credentials/ec2/security-credentials/ec2-instance',
    'GET /latest/meta-data/iam/security-credentials/',
    'GET /latest/meta-data/iam/security-credentials/node',
  ])
  expect(world.registrations.get(id)).toMatchObject({ nodeId: id, fingerprint: id, activation: undefined })
})

test('with no profile the role token is refused, so it is not online by Default Host Management', async () => {
  const { identity, call } = await onInstance({})
  await identity.register()
  await expect(identity.credentials()).rejects.toThrow(
    "Systems Manager's instance management role is not configured for account: 123456789012",
  )
  expect(await refusal(identity.credentials())).toBe('AccessDeniedException')
  expect((await call('ssm', 'DescribeInstanceInformation')).InstanceInformationList).toEqual([])
})

test('a role that arrives late is found at the next try', async () => {
  const { id, identity, world } = await onInstance({})
  await identity.register()
  expect(await refusal(identity.credentials())).toBe('AccessDeniedException')
  const instance = world.instances.get(id)
  if (instance) world.instances.set(id, { ...instance, profileName: 'node' })
  expect(await refusal(identity.credentials())).toBe('nothing: it succeeded')
})
