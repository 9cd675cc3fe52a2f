import * as z from 'zod'
import { matches } from './policy-pattern.ts'

/** Condition key in lower case → its values in this request; a key that the request doesn't have is not there. */
export type ConditionKeys = Readonly<Record<string, readonly string[]>>

type Compare = (wanted: string, found: string) => boolean

const same: Compare = (wanted, found) => wanted === found
const sameInAnyCase: Compare = (wanted, found) => wanted.toLowerCase() === found.toLowerCase()

/** How a value is compared, and whether the condition asks for the opposite. */
const OPERATORS: Readonly<Record<string, { compare: Compare; negated: boolean }>> = {
  StringEquals: { compare: same, negated: false },
  StringNotEquals: { compare: same, negated: true },
  StringEqualsIgnoreCase: { compare: sameInAnyCase, negated: false },
  StringNotEqualsIgnoreCase: { compare: sameInAnyCase, negated: true },
  StringLike: { compare: matches, negated: false },
  StringNotLike: { compare: matches, negated: true },
  ArnEquals: { compare: matches, negated: false },
  ArnLike: { compare: matches, negated: false },
  ArnNotEquals: { compare: matches, negated: true },
  ArnNotLike: { compare: matches, negated: true },
  Bool: { compare: sameInAnyCase, negated: false },
}

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/

/** The condition keys that the local cloud knows the values of. Those with a slash end in a tag's key. */
const KNOWN_KEYS = [
  ...['aws:requestedregion', 'aws:principalaccount', 'aws:principalarn', 'aws:tagkeys'],
  ...['aws:requesttag/*', 'aws:resourcetag/*', 'ec2:resourcetag/*', 'ssm:resourcetag/*', 'iam:resourcetag/*'],
  ...[
    'elasticloadbalancing:resourcetag/*',
    'elasticloadbalancing:createaction',
    'elasticloadbalancing:scheme',
  ],
  ...['ec2:region', 'ec2:createaction', 'ec2:instancetype', 'ec2:metadatahttptokens', 'ec2:encrypted'],
  ...['iam:passedtoservice', 'iam:awsservicename', 'iam:permissionsboundary', 'iam:policyarn'],
  'token.actions.githubusercontent.com:*',
]

function faultOf(operator: string, key: string, values: readonly string[]): string | undefined {
  const [, , name = ''] = OPERATOR.exec(operator) ?? []
  if (name !== 'Null' && !Object.hasOwn(OPERATORS, name))
    return `the local cloud does not know the condition operator ${operator}`
  if (!KNOWN_KEYS.some((pattern) => matches(pattern, key.toLowerCase())))
    return `the local cloud does not know the condition key ${key}`
  const variable = values.find((value) => value.includes('${'))
  return variable && `the local cloud does not know policy variables: ${variable}`
}

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())])

/** Operator → key → values. What the local cloud could not judge is refused by name, never ignored. */
export const conditionSchema = z
  .record(z.string(), z.record(z.string(), texts))
  .superRefine((condition, context) => {
    for (const [operator, wishes] of Object.entries(condition))
      for (const [key, values] of Object.entries(wishes)) {
        const message = faultOf(operator, key, values)
        if (message) context.addIssue({ code: 'custom', message })
      }
  })

/** Whether all of a statement's conditions hold; those of a statement without any do. */
export function holds(condition: z.output<typeof conditionSchema> = {}, keys: ConditionKeys): boolean {
  return Object.entries(condition).every(([operator, wishes]) =>
    Object.entries(wishes).every(([key, wanted]) => meets(operator, wanted, keys[key.toLowerCase()])),
  )
}

function meets(operator: string, wanted: readonly string[], found: readonly string[] | undefined): boolean {
  const [, set, name = '', ifExists] = OPERATOR.exec(operator) ?? []
  if (name === 'Null') return wanted.includes(String(found === undefined))
  const { compare, negated } = OPERATORS[name] ?? { compare: same, negated: true }
  // No value: what must not be is not, and of no values all are right (IAM user guide, "Condition operators").
  if (found === undefined)
    return Boolean(ifExists) || set === 'ForAllValues' || (negated && set === undefined)
  const isRight = (value: string) => wanted.some((one) => compare(one, value)) !== negated
  return set === 'ForAllValues' ? found.every(isRight) : found.some(isRight)
}
