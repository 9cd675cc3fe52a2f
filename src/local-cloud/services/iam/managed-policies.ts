import type {
  CreatePolicyRequest,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyVersionRequest,
  Policy as PolicyView,
} from '@aws-sdk/client-iam'
import { AwsFault } from '../../wire/service.ts'
import type { CustomerPolicy } from '../../world/customer-policy.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { uniqueId } from './find.ts'
import { readPolicy } from './policy-document.ts'
import { tagEntity } from './tags.ts'

/** Every policy has its first version only. */
const VERSION = 'v1'

/** @throws AwsFault EntityAlreadyExists, MalformedPolicyDocument */
export function createPolicy({ world }: Cloud, input: CreatePolicyRequest) {
  const { PolicyName: name = '', Path: path = '/', PolicyDocument: document = '' } = input
  const arn = `arn:aws:iam::${world.account}:policy${path}${name}`
  readPolicy(document)
  if (world.policies.has(arn))
    throw new AwsFault(
      'EntityAlreadyExists',
      `A policy called ${name} already exists. Duplicate names are not allowed.`,
    )
  const createdAt = world.clock.now()
  const id = uniqueId('ANPA', arn, createdAt)
  const policy: CustomerPolicy = { arn, id, name, path, document, createdAt, description: input.Description }
  tagEntity(world, arn, input.Tags)
  world.policies.set(arn, policy)
  return { Policy: policyView(world, policy) }
}

/** @throws AwsFault NoSuchEntity; AWS's own policies are not shown here */
function policyByArn({ policies }: World, arn: string | undefined): CustomerPolicy {
  const policy = policies.get(arn ?? '')
  if (policy) return policy
  throw new AwsFault('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`)
}

export const getPolicy = ({ world }: Cloud, { PolicyArn: arn }: GetPolicyRequest) => ({
  Policy: policyView(world, policyByArn(world, arn)),
})

/** @throws AwsFault NoSuchEntity, also for another version than the first */
export function getPolicyVersion({ world }: Cloud, input: GetPolicyVersionRequest) {
  const policy = policyByArn(world, input.PolicyArn)
  if (input.VersionId !== VERSION)
    throw new AwsFault(
      'NoSuchEntity',
      `Policy ${policy.arn} version ${input.VersionId} does not exist or is not attachable.`,
    )
  return {
    PolicyVersion: {
      Document: policy.document,
      VersionId: VERSION,
      IsDefaultVersion: true,
      CreateDate: new Date(policy.createdAt),
    },
  }
}

/** @throws AwsFault DeleteConflict while a role has it, as a policy or as its boundary */
export function deletePolicy({ world }: Cloud, { PolicyArn }: DeletePolicyRequest): void {
  const { arn } = policyByArn(world, PolicyArn)
  const { attachments, boundaries } = usesOf(world, arn)
  if (attachments + boundaries > 0)
    throw new AwsFault('DeleteConflict', 'Cannot delete a policy attached to entities.')
  world.policies.delete(arn)
  world.tags.delete(arn)
}

function usesOf({ roles }: World, arn: string): { attachments: number; boundaries: number } {
  const all = [...roles.values()]
  return {
    attachments: all.filter(({ attached }) => attached.includes(arn)).length,
    boundaries: all.filter(({ permissionsBoundary }) => permissionsBoundary === arn).length,
  }
}

function policyView(world: World, policy: CustomerPolicy): PolicyView {
  const { attachments, boundaries } = usesOf(world, policy.arn)
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: VERSION,
    AttachmentCount: attachments,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: true,
    Description: policy.description,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.createdAt),
  }
}
