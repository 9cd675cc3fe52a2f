import { randomBytes, randomUUID } from 'node:crypto'
import type {
  Activation as ActivationView,
  CreateActivationRequest,
  CreateActivationResult,
  DeleteActivationRequest,
  DescribeActivationsRequest,
  DescribeActivationsResult,
} from '@aws-sdk/client-ssm'
import { AwsFault } from '../../wire/service.ts'
import { type Activation, isExpired } from '../../world/activation.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'

/** "24 hours", and "no more than 30 days in the future" (AWS documentation). */
const DEFAULT_LIFETIME_MS = 24 * 3600_000
const LONGEST_LIFETIME_MS = 30 * 24 * 3600_000
const PAGE = 50

/** @throws AwsFault InvalidParameters, ValidationException */
export function createActivation({ world }: Cloud, input: CreateActivationRequest): CreateActivationResult {
  const now = world.clock.now()
  const expiresAt = input.ExpirationDate?.getTime() ?? now + DEFAULT_LIFETIME_MS
  const iamRole = (input.IamRole ?? '').replace(/^.*\//, '')
  if (expiresAt <= now || expiresAt > now + LONGEST_LIFETIME_MS)
    throw new AwsFault('InvalidParameters', 'ExpirationDate must be in the future and within 30 days.')
  if (!trusts(world.roles.get(iamRole)?.trustPolicy))
    throw new AwsFault(
      'ValidationException',
      `Not existing role, or not assumable by ssm.amazonaws.com: ${iamRole}`,
    )
  const activation: Activation = {
    id: randomUUID(),
    // The agent's own client asks for 20 characters or more.
    code: randomBytes(15).toString('base64url'),
    description: input.Description,
    defaultInstanceName: input.DefaultInstanceName,
    iamRole,
    registrationLimit: input.RegistrationLimit ?? 1,
    registrations: 0,
    tags: Object.fromEntries((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    createdAt: now,
    expiresAt,
  }
  world.activations.set(activation.id, activation)
  return { ActivationId: activation.id, ActivationCode: activation.code }
}

/** A hybrid node's role is assumed by Systems Manager itself (AWS documentation). */
const trusts = (policy: string | undefined) => policy?.includes('"ssm.amazonaws.com"') ?? false

/** Its nodes stay: they are deregistered one by one. @throws AwsFault InvalidActivationId */
export function deleteActivation({ world }: Cloud, { ActivationId: id = '' }: DeleteActivationRequest) {
  if (!world.activations.delete(id))
    throw new AwsFault('InvalidActivationId', `The activation ID ${id} is not valid.`)
  return {}
}

export function describeActivations(
  { world }: Cloud,
  input: DescribeActivationsRequest,
): DescribeActivationsResult {
  const now = world.clock.now()
  const wanted = [...world.activations.values()].filter((activation) =>
    (input.Filters ?? []).every(({ FilterKey: key = '', FilterValues: values = [] }) =>
      values.includes(filterValue(activation, key)),
    ),
  )
  const page = paginate(wanted, input.MaxResults ?? PAGE, input.NextToken, 'InvalidNextToken')
  return { ActivationList: page.items.map((activation) => view(activation, now)), NextToken: page.next }
}

function filterValue({ id, iamRole, defaultInstanceName = '' }: Activation, key: string): string {
  if (key === 'ActivationIds') return id
  return key === 'IamRole' ? iamRole : defaultInstanceName
}

const view = (activation: Activation, now: number): ActivationView => ({
  ActivationId: activation.id,
  Description: activation.description,
  DefaultInstanceName: activation.defaultInstanceName,
  IamRole: activation.iamRole,
  RegistrationLimit: activation.registrationLimit,
  RegistrationsCount: activation.registrations,
  ExpirationDate: new Date(activation.expiresAt),
  Expired: isExpired(activation, now),
  CreatedDate: new Date(activation.createdAt),
  Tags: Object.entries(activation.tags).map(([Key, Value]) => ({ Key, Value })),
})
