import { models } from '../wire/models.ts'
import { AwsFault, type Call, type ServiceName } from '../wire/service.ts'
import { MANAGED_POLICIES } from '../world/managed-policy.ts'
import { type Answer, decide, type Policy, policySchema, type Question } from '../world/policy.ts'
import type { Role } from '../world/role.ts'
import type { World } from '../world/world.ts'
import type { Demand } from './authorization/demand.ts'
import { OPEN, rules } from './authorization/rules.ts'
import { accountUser, type Principal, principalOf } from './principal.ts'

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

/**
 * A role's session may do what the role's policies allow; the account's user what its policy does, or everything without one.
 * @throws AwsFault AccessDenied, in the service's own form; an operation that no rule tells how to judge is refused too
 */
export function authorize(world: World, call: Call, input: Readonly<Record<string, unknown>>): void {
  const action = `${PREFIXES[call.service]}:${call.operation}`
  if (OPEN.includes(action)) return
  const session = principalOf(world, call)
  if (!session && !world.userPolicy) return
  const principal = session ?? accountUser(world)
  const rule = rules[call.service][call.operation]
  if (!rule)
    throw refusal(call.service, `the local cloud does not know how to judge ${action} by a role's policies`)
  const policies = session
    ? policiesOf(world.roles.get(session.roleName ?? ''))
    : [world.userPolicy ?? []].flat()
  for (const demand of rule(world, input)) grant(world, call, principal, policies, { action, ...demand })
}

function grant(
  world: World,
  call: Call,
  principal: Principal,
  policies: readonly Policy[],
  demand: Demand & { action: string },
): void {
  const question = { ...demand, keys: { ...demand.keys, ...commonKeys(world, call, principal) } }
  const answer = decide(policies, question)
  if (answer !== 'allowed') throw refusal(call.service, sentence(principal, question, answer))
  // The role that the service makes by this right is there from now on.
  if (demand.action === 'iam:CreateServiceLinkedRole')
    for (const service of demand.keys['iam:awsservicename'] ?? []) world.linkedServices.add(service)
}

const commonKeys = ({ account }: World, { region, service }: Call, { arn }: Principal) => ({
  'aws:requestedregion': [region],
  'aws:principalaccount': [account],
  'aws:principalarn': [arn],
  ...(service === 'ec2' && { 'ec2:region': [region] }),
})

/** "Access denied error message examples" of the IAM user guide. */
function sentence({ arn }: Principal, { action, resource }: Question, answer: Answer): string {
  const because =
    answer === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`
  return `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`
}

function refusal(service: ServiceName, message: string): AwsFault {
  if (service === 'ec2')
    return new AwsFault(
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. ${message}. Encoded authorization failure message: ${encoded(message)}`,
      { status: 403 },
    )
  const json = models[service].protocol === 'json'
  return new AwsFault(json ? 'AccessDeniedException' : 'AccessDenied', message, { status: json ? 400 : 403 })
}

/** On AWS only sts:DecodeAuthorizationMessage reads it; here anyone does. */
const encoded = (message: string) => Buffer.from(message).toString('base64url')

// A thousand agents ask with a role of the same few words.
const parsed = new Map<string, Policy>()

function policyOf(document: string): Policy {
  const known = parsed.get(document) ?? policySchema.parse(document)
  parsed.set(document, known)
  return known
}

const policiesOf = (role: Role | undefined): Policy[] => [
  ...[...(role?.inline.values() ?? [])].map(policyOf),
  ...(role?.attached ?? []).flatMap((arn) => MANAGED_POLICIES[arn] ?? []),
]
