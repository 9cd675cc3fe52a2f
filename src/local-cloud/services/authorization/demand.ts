import type { Question } from '../../world/policy.ts'
import type { ConditionKeys } from '../../world/policy-condition.ts'
import type { World } from '../../world/world.ts'

/** What a call must be allowed to do. `action` is set where a call needs a right that has not its own name. */
export interface Demand extends Omit<Question, 'action'> {
  action?: string
}

// biome-ignore lint/suspicious/noExplicitAny: each rule reads the input of its own operation
export type Rule = (world: World, input: any) => readonly Demand[]

/** Operation → what it demands. */
export type Rules = Readonly<Record<string, Rule>>

/** Operations that know no resources: a policy must name `*`. */
export const ofAnything = (operations: string): Rules =>
  Object.fromEntries(operations.split(' ').map((name) => [name, () => [{ resource: '*', keys: {} }]]))

type Tags = Readonly<Record<string, string>>

/** Keys for the tags that a resource has; `services` name the keys of their own beside AWS's common one. */
export const resourceTags = (tags: Tags | undefined, ...services: string[]): ConditionKeys =>
  Object.fromEntries(
    Object.entries(tags ?? {}).flatMap(([key, value]) =>
      ['aws', ...services].map((service) => [`${service}:resourcetag/${key}`.toLowerCase(), [value]]),
    ),
  )

/** Keys for the tags that a request brings. */
export function requestTags(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): ConditionKeys {
  if (!tags?.length) return {}
  const values = tags.map(({ Key = '', Value = '' }) => [`aws:requesttag/${Key}`.toLowerCase(), [Value]])
  return { ...Object.fromEntries(values), 'aws:tagkeys': tags.map(({ Key = '' }) => Key) }
}
