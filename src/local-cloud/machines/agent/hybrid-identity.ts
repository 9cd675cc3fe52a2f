import { randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import { callAws } from './call-aws.ts'
import { type Identity, keepCredentials } from './identity.ts'
import { toRenewing } from './instance-identity.ts'
import { newKeyPair, readRegistration, writeRegistration } from './registration-store.ts'
import { unsigned, withNodeKey } from './sign.ts'

/** Bits of a node's RSA key (amazon-ssm-agent 3.3). */
const KEY_BITS = 2048

export interface Activation {
  id: string
  code: string
  region: string
}

const Registered = z.object({ InstanceId: z.string() })

/**
 * `amazon-ssm-agent -register`: makes a key pair and has the service give the machine a name.
 * @returns `mi-…`
 * @throws AgentApiError for an activation that is not valid
 */
export async function registerHybrid(
  endpoint: string,
  directory: string,
  { id, code, region }: Activation,
): Promise<string> {
  const fingerprint = randomUUID()
  const keys = newKeyPair(KEY_BITS)
  const answer = await callAws({
    ...{ endpoint, region, service: 'ssm', operation: 'RegisterManagedInstance', signer: unsigned },
    input: {
      ActivationCode: code,
      ActivationId: id,
      Fingerprint: fingerprint,
      PublicKey: keys.publicKey,
      PublicKeyType: 'Rsa',
    },
  })
  const { InstanceId: nodeId } = Registered.parse(answer)
  await writeRegistration(directory, 'RegistrationKey', { nodeId, region, fingerprint, ...keys })
  return nodeId
}

const KeyWish = z.object({ UpdateKeyPair: z.optional(z.boolean()) })

/** A machine outside EC2, as it registered; undefined when it never did. */
export async function readHybridIdentity(endpoint: string, directory: string): Promise<Identity | undefined> {
  const stored = await readRegistration(directory, 'RegistrationKey')
  if (!stored) return undefined
  const { nodeId, region, fingerprint } = stored
  let key = stored.privateKey
  const ask = (operation: string, input: object) =>
    callAws({
      ...{ endpoint, region, service: 'ssm', operation, input },
      signer: withNodeKey(nodeId, { privateKey: key }),
    })
  const changeKey = async () => {
    const keys = newKeyPair(KEY_BITS)
    await ask('UpdateManagedInstancePublicKey', { NewPublicKey: keys.publicKey, NewPublicKeyType: 'Rsa' })
    await writeRegistration(directory, 'RegistrationKey', { ...stored, ...keys })
    key = keys.privateKey
  }
  return {
    ...{ nodeId, region, availabilityZone: undefined, availabilityZoneId: undefined },
    register: async () => {},
    ...keepCredentials(async () => {
      const answer = await ask('RequestManagedInstanceRoleToken', { Fingerprint: fingerprint })
      if (KeyWish.parse(answer).UpdateKeyPair) await changeKey()
      return toRenewing(answer)
    }),
  }
}
