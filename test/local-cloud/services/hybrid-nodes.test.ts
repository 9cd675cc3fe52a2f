import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { createAgentApi } from '../../../src/local-cloud/machines/agent/agent-api.ts'
import {
  readHybridIdentity,
  registerHybrid,
} from '../../../src/local-cloud/machines/agent/hybrid-identity.ts'
import type { Identity } from '../../../src/local-cloud/machines/agent/identity.ts'
import { introduce } from '../../../src/local-cloud/machines/agent/introduce.ts'
import {
  newKeyPair,
  readRegistration,
  writeRegistration,
} from '../../../src/local-cloud/machines/agent/registration-store.ts'
import { authorityOf } from '../../../src/local-cloud/services/authority.ts'
import { startWireServer } from '../wire/wire-server.ts'
import { refusal, startCloud } from './start-cloud.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanUp.splice(0)) await undo()
})

const TRUST = JSON.stringify({
  Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ssm.amazonaws.com' } },
})
const CORE = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'

/** The stand-in agent's own code, over HTTP, on a machine that is no instance. */
async function outsideEc2() {
  const cloud = startCloud()
  const server = await startWireServer(cloud.handlers, { authority: authorityOf(cloud.world) })
  const directory = mkdtempSync(join(tmpdir(), 'hybrid-node-'))
  cleanUp.push(server.close, () => rmSync(directory, { recursive: true }))
  await cloud.call('iam', 'CreateRole', { RoleName: 'hybrid', AssumeRolePolicyDocument: TRUST })
  await cloud.call('iam', 'AttachRolePolicy', { RoleName: 'hybrid', PolicyArn: CORE })
  const activate = async (more: object = {}) => {
    const input = { IamRole: 'hybrid', DefaultInstanceName: 'edge', Tags: [{ Key: 'role', Value: 'server' }] }
    const { ActivationId: id, ActivationCode: code } = await cloud.call('ssm', 'CreateActivation', {
      ...input,
      ...more,
    })
    return { id, code, region: cloud.world.region } as { id: string; code: string; region: string }
  }
  const register = async (activation: Awaited<ReturnType<typeof activate>>) => {
    await registerHybrid(server.endpoint, directory, activation)
    const identity = await readHybridIdentity(server.endpoint, directory)
    if (!identity) throw new Error('it did not register')
    return identity
  }
  const online = async (identity: Identity) => {
    const api = createAgentApi(server.endpoint, identity)
    await introduce(api, identity)
    return api
  }
  return { ...cloud, endpoint: server.endpoint, directory, activate, register, online }
}

test('a machine with an activation code registers, gets its role and takes a command', async () => {
  const cloud = await outsideEc2()
  const activation = await cloud.activate()
  expect(activation.code.length).toBeGreaterThanOrEqual(20)
  const identity = await cloud.register(activation)
  expect(identity.nodeId).toMatch(/^mi-[0-9a-f]{17}$/)
  const api = await cloud.online(identity)
  const { InstanceInformationList: list } = await cloud.call('ssm', 'DescribeInstanceInformation')
  expect(list).toMatchObject([
    {
      InstanceId: identity.nodeId,
      ResourceType: 'ManagedInstance',
      ActivationId: activation.id,
      IamRole: 'hybrid',
      Name: 'edge',
      PingStatus: 'Online',
    },
  ])
  const { Command: command } = await cloud.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    Targets: [{ Key: 'tag:role', Values: ['server'] }],
    Parameters: { commands: ['true'] },
  })
  const [message] = await api.getMessages()
  expect(message?.MessageId).toBe(`aws.ssm.${command.CommandId}.${identity.nodeId}`)
  await api.reply(message?.MessageId ?? '', { documentStatus: 'Success', runtimeStatus: {} })
  const { Commands: commands } = await cloud.call('ssm', 'ListCommands', { CommandId: command.CommandId })
  expect(commands[0].Status).toBe('Success')
  const { ActivationList: activations } = await cloud.call('ssm', 'DescribeActivations')
  expect(activations).toMatchObject([{ RegistrationsCount: 1, Expired: false }])
})

test('an activation lets in as many as it says, with its code, while it lasts', async () => {
  const cloud = await outsideEc2()
  const activation = await cloud.activate()
  const refused = (more: object) =>
    registerHybrid(cloud.endpoint, cloud.directory, { ...activation, ...more }).then(
      () => 'let in',
      (error: { code: string; message: string }) => `${error.code} ${error.message}`,
    )
  expect(await refused({ code: 'x'.repeat(20) })).toMatch(/^InvalidActivation .*code does not match/)
  expect(await refused({ id: 'nobody' })).toMatch(/^InvalidActivation .*does not exist/)
  expect(await refused({ code: 'short' })).toMatch(/^ValidationException/)
  expect(await refused({})).toBe('let in')
  expect(await refused({})).toMatch(/^InvalidActivation .*limit of 1 is reached/)
  await cloud.call('ssm', 'DeleteActivation', { ActivationId: activation.id })
  expect(await refused({})).toMatch(/^InvalidActivation .*does not exist/)
  expect(await refusal(cloud.call('ssm', 'DeleteActivation', { ActivationId: activation.id }))).toBe(
    'InvalidActivationId',
  )
})

test.each([
  ['a role that is not there', { IamRole: 'nobody' }, 'ValidationException'],
  ['a date that has passed', { ExpirationDate: new Date(0) }, 'InvalidParameters'],
  ['a date too far away', { ExpirationDate: new Date(Date.now() + 31 * 86_400_000) }, 'InvalidParameters'],
])('CreateActivation refuses %s', async (_, more, code) => {
  const cloud = await outsideEc2()
  expect(await refusal(cloud.activate(more))).toBe(code)
})

test('another key, another machine: the role token is refused', async () => {
  const cloud = await outsideEc2()
  const { nodeId } = await cloud.register(await cloud.activate())
  const stored = await readRegistration(cloud.directory, 'RegistrationKey')
  if (!stored) throw new Error('nothing stored')
  const tokenWith = async (change: object) => {
    await writeRegistration(cloud.directory, 'RegistrationKey', { ...stored, ...change })
    const identity = await readHybridIdentity(cloud.endpoint, cloud.directory)
    return refusal(Promise.resolve(identity?.credentials()))
  }
  expect(await tokenWith({})).toBe('nothing: it succeeded')
  expect(await tokenWith(newKeyPair(2048))).toBe('InvalidSignatureException')
  expect(await tokenWith({ fingerprint: 'another' })).toBe('MachineFingerprintDoesNotMatch')
  expect(await tokenWith({ nodeId: 'mi-00000000000000000' })).toBe('InvalidInstanceId')
  // Without a wire there is no signature to look at, and so no proof.
  const call = {
    ...{ service: 'ssm', operation: 'x', region: 'eu-west-1', requestId: '' },
    accessKeyId: nodeId,
  }
  const asked = cloud.handlers.ssm?.['RequestManagedInstanceRoleToken']?.(
    { Fingerprint: stored.fingerprint },
    { ...call, service: 'ssm', sourceAddress: undefined },
  )
  expect(await refusal(Promise.resolve(asked))).toBe('InvalidSignatureException')
})

test('asked to change its key the node does, keeps it, and the old one is good for nothing', async () => {
  const cloud = await outsideEc2()
  const identity = await cloud.register(await cloud.activate())
  const before = await readRegistration(cloud.directory, 'RegistrationKey')
  cloud.world.faults.inject({ name: 'rotate-node-key', count: 1 })
  await cloud.online(identity)
  const after = await readRegistration(cloud.directory, 'RegistrationKey')
  expect(after?.privateKey).not.toBe(before?.privateKey)
  expect(cloud.world.registrations.get(identity.nodeId)?.publicKey).toBe(after?.publicKey)
  identity.discardCredentials()
  expect(await refusal(identity.credentials())).toBe('nothing: it succeeded')
  if (before) await writeRegistration(cloud.directory, 'RegistrationKey', before)
  const old = await readHybridIdentity(cloud.endpoint, cloud.directory)
  expect(await refusal(Promise.resolve(old?.credentials()))).toBe('InvalidSignatureException')
})

test('a node that is deregistered is gone, its keys too; deleting the activation leaves it', async () => {
  const cloud = await outsideEc2()
  const activation = await cloud.activate()
  const identity = await cloud.register(activation)
  const api = await cloud.online(identity)
  await cloud.call('ssm', 'DeleteActivation', { ActivationId: activation.id })
  expect((await cloud.call('ssm', 'DescribeInstanceInformation')).InstanceInformationList).toHaveLength(1)
  await cloud.call('ssm', 'DeregisterManagedInstance', { InstanceId: identity.nodeId })
  expect((await cloud.call('ssm', 'DescribeInstanceInformation')).InstanceInformationList).toEqual([])
  expect(await refusal(api.listAssociations())).toBe('UnrecognizedClientException')
  expect(await refusal(cloud.call('ssm', 'DeregisterManagedInstance', { InstanceId: identity.nodeId }))).toBe(
    'InvalidInstanceId',
  )
})
