import type {
  AttachRolePolicyRequest,
  DeleteRolePolicyRequest,
  DetachRolePolicyRequest,
  GetRolePolicyRequest,
  ListAttachedRolePoliciesRequest,
  ListRolePoliciesRequest,
  PutRolePolicyRequest,
} from '@aws-sdk/client-iam'
import { AwsFault } from '../../wire/service.ts'
import { managedPolicy } from '../../world/customer-policy.ts'
import type { Cloud } from '../cloud.ts'
import { roleNamed } from './find.ts'
import { readPolicy } from './policy-document.ts'

export function putRolePolicy({ world }: Cloud, input: PutRolePolicyRequest): void {
  const role = roleNamed(world, input.RoleName)
  const document = input.PolicyDocument ?? ''
  readPolicy(document)
  const inline = new Map(role.inline).set(input.PolicyName ?? '', document)
  world.roles.set(role.name, { ...role, inline })
}

/** @throws AwsFault NoSuchEntity */
export function getRolePolicy({ world }: Cloud, input: GetRolePolicyRequest) {
  const role = roleNamed(world, input.RoleName)
  const document = role.inline.get(input.PolicyName ?? '')
  if (document === undefined) throw missingPolicy(input.PolicyName)
  return {
    RoleName: role.name,
    PolicyName: input.PolicyName,
    PolicyDocument: document,
  }
}

const missingPolicy = (name: string | undefined) =>
  new AwsFault('NoSuchEntity', `The role policy with name ${name} cannot be found.`)

/** @throws AwsFault NoSuchEntity */
export function deleteRolePolicy({ world }: Cloud, input: DeleteRolePolicyRequest): void {
  const role = roleNamed(world, input.RoleName)
  const inline = new Map(role.inline)
  if (!inline.delete(input.PolicyName ?? '')) throw missingPolicy(input.PolicyName)
  world.roles.set(role.name, { ...role, inline })
}

export const listRolePolicies = ({ world }: Cloud, input: ListRolePoliciesRequest) => ({
  PolicyNames: [...roleNamed(world, input.RoleName).inline.keys()],
  IsTruncated: false,
})

/** @throws AwsFault NoSuchEntity for a policy that the local cloud doesn't have */
export function attachRolePolicy({ world }: Cloud, input: AttachRolePolicyRequest): void {
  const role = roleNamed(world, input.RoleName)
  const arn = input.PolicyArn ?? ''
  if (!managedPolicy(world, arn))
    throw new AwsFault('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`)
  world.roles.set(role.name, { ...role, attached: [...new Set([...role.attached, arn])] })
}

/** @throws AwsFault NoSuchEntity */
export function detachRolePolicy({ world }: Cloud, input: DetachRolePolicyRequest): void {
  const role = roleNamed(world, input.RoleName)
  if (!role.attached.includes(input.PolicyArn ?? ''))
    throw new AwsFault('NoSuchEntity', `Policy ${input.PolicyArn} was not found.`)
  const attached = role.attached.filter((arn) => arn !== input.PolicyArn)
  world.roles.set(role.name, { ...role, attached })
}

export const listAttachedRolePolicies = ({ world }: Cloud, input: ListAttachedRolePoliciesRequest) => ({
  AttachedPolicies: roleNamed(world, input.RoleName).attached.map((arn) => ({
    PolicyArn: arn,
    PolicyName: arn.split('/').at(-1),
  })),
  IsTruncated: false,
})
