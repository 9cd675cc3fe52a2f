import type { Call } from '../../wire/service.ts'
import type { Cloud } from '../cloud.ts'
import { agentOf } from './caller.ts'

interface RegisterInput {
  Fingerprint: string
  PublicKey: string
  PublicKeyType?: string
  IamRole?: string
  Provider?: string
}

interface ListInput {
  InstanceId: string
  MaxResults?: number
  NextToken?: string
}

/** An EC2 instance's agent registers under its own instance id, proven by its role's credentials. */
export function registerManagedInstance(cloud: Cloud, input: RegisterInput, call: Call) {
  return { InstanceId: agentOf(cloud.world, call, input.Fingerprint).id }
}

/** State Manager is not there: no node has an association. */
export function listInstanceAssociations(cloud: Cloud, input: ListInput, call: Call) {
  agentOf(cloud.world, call, input.InstanceId)
  return { Associations: [] }
}
