import { models } from '../wire/models.ts'
import { SIGNING_NAMES } from '../wire/router.ts'
import { AwsFault, type Call, type ServiceName } from '../wire/service.ts'
import { type Rights, rightsOf, userRights } from '../world/customer-policy.ts'
import { decideWithin, type Question } from '../world/policy.ts'
import type { World } from '../world/world.ts'
import type { Demand } from './authorization/demand.ts'
import { OPEN, rules } from './authorization/rules.ts'
import { accountUser, type Principal, principalOf } from './principal.ts'

/**
 * A role's session may do what the role's policies allow; the account's user what its policy does, or everything without one.
 * @throws AwsFault AccessDenied, in the service's own form; an operation that no rule tells how to judge is refused too
 */
export function authorize(world: World, call: Call, input: Readonly<Record<string, unknown>>): void {
  // Each service's prefix of actions is the name that signatures give it.
  const action = `${SIGNING_NAMES[call.service]}:${call.operation}`
  if (OPEN.includes(action)) return
  const session = principalOf(world, call)
  const rights = session ? rightsOf(world, session.roleName) : userRights(world)
  if (!rights) return
  const rule = rules[call.service][call.operation]
  if (!rule)
    throw refusal(call.service, `the local cloud does not know how to judge ${action} by a role's policies`)
  const principal = session ?? accountUser(world)
  for (const demand of rule(world, input)) grant(world, call, principal, rights, { action, ...demand })
}

function grant(
  world: World,
  call: Call,
  principal: Principal,
  { policies, boundary }: Rights,
  demand: Demand & { action: string },
): void {
  const question = { ...demand, keys: { ...demand.keys, ...commonKeys(world, call, principal) } }
  const decision = decideWithin(policies, boundary, question)
  if (decision.answer !== 'allowed') throw refusal(call.service, sentence(principal, question, decision))
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
function sentence(
  { arn }: Principal,
  { action, resource }: Question,
  { answer, by }: ReturnType<typeof decideWithin>,
): string {
  const kind = by === 'boundary' ? 'permissions boundary' : 'identity-based policy'
  const because =
    answer === 'denied'
      ? `with an explicit deny in ${by === 'boundary' ? 'a' : 'an'} ${kind}`
      : `because no ${kind} allows the ${action} action`
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
