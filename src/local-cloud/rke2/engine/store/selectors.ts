import type { KubeObject, LabelSelector, LabelSelectorRequirement } from '../kubernetes.ts'
import { badRequest, notServed } from './api-error.ts'

export type Labels = Readonly<Record<string, string>>
export type Matcher = (object: KubeObject) => boolean

/** Whether `labels` meet one requirement. */
export function meets(labels: Labels, { key, operator, values = [] }: LabelSelectorRequirement): boolean {
  const value = labels[key]
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      throw badRequest(`"${operator}" is not a valid label selector operator`)
  }
}

/** An empty selector matches everything; an absent one nothing. */
export function matchesSelector(labels: Labels, selector: LabelSelector | undefined): boolean {
  if (!selector) return false
  const { matchLabels = {}, matchExpressions = [] } = selector
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((requirement) => meets(labels, requirement))
  )
}

/**
 * `a=b,c!=d,!e,f` as requirements.
 * @throws ApiError 501 for anything else.
 */
const parseLabelSelector = (selector: string): LabelSelectorRequirement[] =>
  selector
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(parseRequirement)

function parseRequirement(part: string): LabelSelectorRequirement {
  const [, not, key, comparison, value] = /^(!?)\s*([\w./-]+)\s*(?:(==|=|!=)\s*([\w.-]*))?$/.exec(part) ?? []
  if (key === undefined) throw notServed(`the label selector "${part}"`)
  if (comparison) return { key, operator: comparison === '!=' ? 'NotIn' : 'In', values: [value ?? ''] }
  return { key, operator: not ? 'DoesNotExist' : 'Exists' }
}

const text = (value: unknown) => (value === undefined ? '' : String(value))
const at = (object: unknown, path: readonly string[]) =>
  path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    object,
  )

/** Fields that may be selected by, beyond those of metadata, by kind: what kubelets and `kubectl describe` ask for. */
const selectable: Record<string, readonly string[]> = {
  Pod: ['spec.nodeName', 'status.phase'],
  Event: ['involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid'],
}

/** @throws ApiError 501 naming a field that objects of this kind can't be selected by. */
function parseFieldSelector(kind: string, selector: string): Matcher {
  const tests = selector
    .split(',')
    .filter(Boolean)
    .map((part): Matcher => {
      const found = /^\s*([\w.]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part)
      if (!found?.[1]) throw badRequest(`invalid field selector: "${part}"`)
      const field = found[1]
      const known = ['metadata.name', 'metadata.namespace', ...(selectable[kind] ?? [])]
      if (!known.includes(field)) throw notServed(`the field selector ${field}`)
      const path = field.split('.')
      const equal = found[2] !== '!='
      return (object) => (text(at(object, path)) === found[3]) === equal
    })
  return (object) => tests.every((test) => test(object))
}

/** The objects a list or watch asks for, by its labelSelector and fieldSelector. */
export function parseSelectors(kind: string, labelSelector: string, fieldSelector: string): Matcher {
  const requirements = parseLabelSelector(labelSelector)
  const fields = parseFieldSelector(kind, fieldSelector)
  return (object) =>
    requirements.every((requirement) => meets(object.metadata.labels ?? {}, requirement)) && fields(object)
}
