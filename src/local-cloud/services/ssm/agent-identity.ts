import { randomBytes } from 'node:crypto'
import type { DeregisterManagedInstanceRequest } from '@aws-sdk/client-ssm'
import { AwsFault, type Call } from '../../wire/service.ts'
import { refusalOf } from '../../world/activation.ts'
import { revokeKeys } from '../../world/issued-key.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { agentOf } from './caller.ts'

interface RegisterInput {
  ActivationCode?: string
  ActivationId?: string
  Fingerprint: string
  PublicKey: string
  PublicKeyType?: string
}

interface ListInput {
  InstanceId: string
  MaxResults?: number
  NextToken?: string
}

/** With an activation a machine outside EC2, signed by nobody; without one an EC2 instance, signed as that instance. */
export function registerManagedInstance({ world }: Cloud, input: RegisterInput, call: Call) {
  const hybrid = input.ActivationId !== undefined || input.ActivationCode !== undefined
  return { InstanceId: hybrid ? registerHybrid(world, input) : registerInstance(world, input, call) }
}

/** @throws AwsFault InvalidActivation */
function registerHybrid(world: World, input: RegisterInput): string {
  const now = world.clock.now()
  const activation = world.activations.get(input.ActivationId ?? '')
  const refusal = refusalOf(activation, input.ActivationCode ?? '', now)
  if (!activation || refusal !== undefined)
    throw new AwsFault('InvalidActivation', `The activation is not valid: ${refusal}`)
  const nodeId = `mi-${randomBytes(9).toString('hex').slice(1)}`
  const { id, iamRole, defaultInstanceName: name, registrations } = activation
  world.activations.set(id, { ...activation, registrations: registrations + 1 })
  world.tags.set(nodeId, activation.tags)
  world.registrations.set(nodeId, {
    nodeId,
    fingerprint: input.Fingerprint,
    publicKey: input.PublicKey,
    activation: { id, iamRole, name },
    registeredAt: now,
  })
  return nodeId
}

/** @throws AwsFault InstanceAlreadyRegistered when it comes with another key than the first time */
function registerInstance(
  world: World,
  { Fingerprint: fingerprint, PublicKey: publicKey }: RegisterInput,
  call: Call,
): string {
  const { id: nodeId } = agentOf(world, call, fingerprint)
  const known = world.registrations.get(nodeId)
  if (known && known.publicKey !== publicKey)
    throw new AwsFault('InstanceAlreadyRegistered', `Instance ${nodeId} is already registered.`)
  const registeredAt = known?.registeredAt ?? world.clock.now()
  world.registrations.set(nodeId, { nodeId, fingerprint, publicKey, activation: undefined, registeredAt })
  return nodeId
}

/** A hybrid node is forgotten, its history and its keys with it. @throws AwsFault InvalidInstanceId */
export function deregisterManagedInstance(
  { world, doorbell }: Cloud,
  { InstanceId: id = '' }: DeregisterManagedInstanceRequest,
) {
  if (!world.registrations.get(id)?.activation)
    throw new AwsFault('InvalidInstanceId', `Instance ${id} is not a managed instance.`)
  world.registrations.delete(id)
  world.nodes.delete(id)
  world.tags.delete(id)
  revokeKeys(world, id)
  doorbell.ring(id)
  return {}
}

/** State Manager is not there: no node has an association. */
export function listInstanceAssociations(cloud: Cloud, input: ListInput, call: Call) {
  agentOf(cloud.world, call, input.InstanceId)
  return { Associations: [] }
}
