import { models } from '../wire/models.ts'
import { AwsFault, type Call, type ServiceName } from '../wire/service.ts'
import { MANAGED_POLICIES } from '../world/managed-policy.ts'
import { type Policy, permits, policySchema } from '../world/policy.ts'
import type { Role } from '../world/role.ts'
import type { World } from '../world/world.ts'
import { callingNode } from './ssm/caller.ts'

const PREFIXES: Readonly<Record<ServiceName, string>> = {
  ec2: 'ec2',
  elbv2: 'elasticloadbalancing',
  iam: 'iam',
  sts: 'sts',
  ssm: 'ssm',
  ec2messages: 'ec2messages',
  pricing: 'pricing',
  servicequotas: 'servicequotas',
}

/** Calls that need no grant: who one is, and how an agent begins. They judge by other proof than a role's. */
const OPEN = [
  'sts:GetCallerIdentity',
  'ssm:RegisterManagedInstance',
  'ssm:RequestManagedInstanceRoleToken',
  'ssm:UpdateManagedInstancePublicKey',
]

/**
 * A machine may do what its role's policies allow; the account's user may do everything.
 * @throws AwsFault AccessDenied, in the service's own form
 */
export function authorize(world: World, call: Call, input: Readonly<Record<string, unknown>>): void {
  const action = `${PREFIXES[call.service]}:${call.operation}`
  if (OPEN.includes(action)) return
  const node = callingNode(world, call)
  if (!node) return
  const role = world.roles.get(node.roleName ?? '')
  const policies = role ? policiesOf(role) : []
  const denied = resourcesOf(world, input).find((resource) => !permits(policies, action, resource))
  if (denied === undefined) return
  const who = `arn:aws:sts::${world.account}:assumed-role/${node.roleName}/${node.id}`
  throw refused(
    call.service,
    `User: ${who} is not authorized to perform: ${action} on resource: ${denied} because no identity-based policy allows the ${action} action`,
  )
}

function refused(service: ServiceName, message: string): AwsFault {
  if (service === 'ec2') return new AwsFault('UnauthorizedOperation', message, { status: 403 })
  const json = models[service].protocol === 'json'
  return new AwsFault(json ? 'AccessDeniedException' : 'AccessDenied', message, { status: json ? 400 : 403 })
}

const policiesOf = ({ inline, attached }: Role): Policy[] => [
  ...[...inline.values()].map((document) => policySchema.parse(document)),
  ...attached.flatMap((arn) => MANAGED_POLICIES[arn] ?? []),
]

/** The parameters that a call names; anything else is "any resource". */
function resourcesOf(world: World, input: Readonly<Record<string, unknown>>): string[] {
  const { Name: name, Names: names = [], Path: path, ResourceType: type, ResourceId: id } = input
  const tagged = type === 'Parameter' ? [id] : []
  const named = [name, ...(names as unknown[]), path, ...tagged].filter((one) => typeof one === 'string')
  if (named.length === 0) return ['*']
  return named.map(
    (one) => `arn:aws:ssm:${world.region}:${world.account}:parameter/${one.replace(/^\//, '')}`,
  )
}
