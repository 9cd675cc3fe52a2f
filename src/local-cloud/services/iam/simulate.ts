import type {
  ContextEntry,
  EvaluationResult,
  PolicyEvaluationDecisionType,
  SimulateCustomPolicyRequest,
  SimulatePrincipalPolicyRequest,
} from '@aws-sdk/client-iam'
import { AwsFault } from '../../wire/service.ts'
import { type Rights, rightsOf, userRights } from '../../world/customer-policy.ts'
import { type Answer, decide, decideWithin, type Policy, type Question } from '../../world/policy.ts'
import type { ConditionKeys } from '../../world/policy-condition.ts'
import type { World } from '../../world/world.ts'
import type { Cloud } from '../cloud.ts'
import { roleNamed } from './find.ts'
import { readPolicy } from './policy-document.ts'

type Asked = Pick<SimulateCustomPolicyRequest, 'ActionNames' | 'ResourceArns' | 'ContextEntries'>

/** What a role may do. The account's one user may do everything, unless it has a policy. @throws AwsFault NoSuchEntity, InvalidInput */
export function simulatePrincipalPolicy({ world }: Cloud, input: SimulatePrincipalPolicyRequest) {
  const rights = rightsOfSource(world, input.PolicySourceArn ?? '')
  const boundary = input.PermissionsBoundaryPolicyInputList?.map(readPolicy)
  const more = (input.PolicyInputList ?? []).map(readPolicy)
  return answers(input, {
    policies: [...rights.policies, ...more],
    boundary: boundary?.length ? boundary : rights.boundary,
  })
}

const EVERYTHING = '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'

function rightsOfSource(world: World, arn: string): Rights {
  const [, kind, path = ''] = /^arn:aws:iam::\d+:(role|user)\/(.+)$/.exec(arn) ?? []
  if (kind === 'user') return userRights(world) ?? { policies: [readPolicy(EVERYTHING)], boundary: undefined }
  if (kind !== 'role')
    throw new AwsFault(
      'InvalidInput',
      `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`,
    )
  const role = roleNamed(world, path.split('/').at(-1))
  if (role.arn !== arn) throw new AwsFault('NoSuchEntity', `The role with name ${path} cannot be found.`)
  return rightsOf(world, role.name)
}

/** What these policies would allow, within a boundary where one is given. */
export const simulateCustomPolicy = (_: Cloud, input: SimulateCustomPolicyRequest) => {
  const boundary = input.PermissionsBoundaryPolicyInputList?.map(readPolicy)
  return answers(input, {
    policies: (input.PolicyInputList ?? []).map(readPolicy),
    boundary: boundary?.length ? boundary : undefined,
  })
}

const DECISIONS: Readonly<Record<Answer, PolicyEvaluationDecisionType>> = {
  allowed: 'allowed',
  denied: 'explicitDeny',
  'not allowed': 'implicitDeny',
}

/** One result an action; with several resources, that of the whole is the worst of theirs. */
function answers(
  { ActionNames: actions = [], ResourceArns: resources, ContextEntries }: Asked,
  rights: Rights,
) {
  const keys = keysOf(ContextEntries)
  const all = resources?.length ? resources : ['*']
  const EvaluationResults = actions.map((action): EvaluationResult => {
    const judged = all.map((resource) => judge({ action, resource, keys }, rights))
    const [only] = judged
    const worst = judged.find(({ decision }) => decision !== 'allowed') ?? only
    return {
      EvalActionName: action,
      EvalResourceName: all.length === 1 ? all[0] : '*',
      EvalDecision: worst?.decision,
      MatchedStatements: [],
      MissingContextValues: all.length === 1 ? (only?.missing ?? []) : [],
      ...(rights.boundary && {
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: worst?.within },
      }),
      ...(all.length > 1 && {
        ResourceSpecificResults: judged.map(({ resource, decision, missing }) => ({
          EvalResourceName: resource,
          EvalResourceDecision: decision,
          MissingContextValues: missing,
        })),
      }),
    }
  })
  return { EvaluationResults, IsTruncated: false }
}

const judge = (question: Question, { policies, boundary }: Rights) => ({
  resource: question.resource,
  decision: DECISIONS[decideWithin(policies, boundary, question).answer],
  within: boundary === undefined || decide(boundary, question) === 'allowed',
  missing: missingKeys([...policies, ...(boundary ?? [])], question),
})

/** Keys of conditions which statements on this action and resource have, and which the question gave no values for. */
function missingKeys(policies: readonly Policy[], question: Question): string[] {
  const isAsked = (statement: Policy['Statement'][number]) =>
    decide([{ Statement: [{ ...statement, Effect: 'Allow', Condition: undefined }] }], question) === 'allowed'
  const keys = policies
    .flatMap(({ Statement }) => Statement)
    .filter(isAsked)
    .flatMap(({ Condition = {} }) => Object.values(Condition).flatMap(Object.keys))
  return [...new Set(keys)].filter((key) => question.keys[key.toLowerCase()] === undefined)
}

const keysOf = (entries: readonly ContextEntry[] = []): ConditionKeys =>
  Object.fromEntries(
    entries.map(({ ContextKeyName: name = '', ContextKeyValues: values = [] }) => [
      name.toLowerCase(),
      values,
    ]),
  )
