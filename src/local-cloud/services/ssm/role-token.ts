import { AwsFault, type Call } from '../../wire/service.ts'
import { issueKey } from '../../world/issued-key.ts'
import type { Registration } from '../../world/managed-node.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { callingNode } from './caller.ts'

/**
 * A role's keys for a node: a hybrid one gets its activation's role. An EC2 instance would get Default Host Management's, which
 * an account doesn't have until it is set up, and here never is: granted, a machine without a profile would be online anyway.
 */
export function requestManagedInstanceRoleToken(
  { world }: Cloud,
  { Fingerprint: fingerprint }: { Fingerprint: string },
  call: Call,
) {
  if (callingNode(world, call))
    throw new AwsFault(
      'AccessDeniedException',
      `Systems Manager's instance management role is not configured for account: ${world.account}`,
    )
  const node = signingNode(world, call)
  if (node.fingerprint !== fingerprint)
    throw new AwsFault('MachineFingerprintDoesNotMatch', 'Fingerprint does not match', { status: 400 })
  const credentials = issueKey(world, node.nodeId, 'role')
  world.credentials.set(node.nodeId, credentials)
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.token,
    TokenExpirationDate: new Date(credentials.expiresAt),
    UpdateKeyPair: world.faults.strikes('rotate-node-key'),
  }
}

/** The node has made itself another key; its old one signs this for the last time. */
export function updateManagedInstancePublicKey(
  { world }: Cloud,
  { NewPublicKey: publicKey }: { NewPublicKey: string; NewPublicKeyType: string },
  call: Call,
) {
  const node = signingNode(world, call)
  world.registrations.set(node.nodeId, { ...node, publicKey })
  return {}
}

/**
 * The hybrid node whose id stands in the signature's scope, and whose own key made the signature.
 * @throws AwsFault InvalidInstanceId, InvalidSignatureException
 */
function signingNode(world: World, { accessKeyId = '', signedBy }: Call): Registration {
  const node = world.registrations.get(accessKeyId)
  if (!node) throw new AwsFault('InvalidInstanceId', `Instance ${accessKeyId} is not registered.`)
  if (!signedBy?.(node.publicKey))
    throw new AwsFault(
      'InvalidSignatureException',
      `The request's signature was not made with the key that ${accessKeyId} registered.`,
    )
  return node
}
