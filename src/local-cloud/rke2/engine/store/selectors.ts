import type { KubeObject, LabelSelector, LabelSelectorRequirement } from '../kubernetes.ts'
import { badRequest } from './api-error.ts'

export type Labels = Readonly<Record<string, string>>
export type Matcher = (object: KubeObject) => boolean

/** Whether `labels` meet one requirement, by the rules of label selectors and, with Gt and Lt, of node affinity. */
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
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
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
 * `a=b,c!=d,e in (f,g),!h,i` as requirements.
 * @throws ApiError 400 for anything else.
 */
function parseLabelSelector(selector: string): LabelSelectorRequirement[] {
  const parts = selector.split(/,(?![^(]*\))/).map((part) => part.trim())
  return parts.filter(Boolean).map(parseRequirement)
}

function parseRequirement(part: string): LabelSelectorRequirement {
  const set = /^([\w./-]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part)
  if (set?.[1] && set[3] !== undefined) {
    const values = set[3].split(',').map((value) => value.trim())
    return { key: set[1], operator: set[2] === 'in' ? 'In' : 'NotIn', values }
  }
  const equal = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(part)
  if (equal?.[1] && equal[3] !== undefined) {
    return { key: equal[1], operator: equal[2] === '!=' ? 'NotIn' : 'In', values: [equal[3]] }
  }
  const bare = /^(!?)\s*([\w./-]+)$/.exec(part)
  if (!bare?.[2]) throw badRequest(`unable to parse requirement: "${part}"`)
  return { key: bare[2], operator: bare[1] ? 'DoesNotExist' : 'Exists' }
}

const text = (value: unknown) => (value === undefined ? '' : String(value))
const at = (object: unknown, path: readonly string[]) =>
  path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    object,
  )

/** Fields that may be selected by, beyond those of metadata, by kind. */
const selectable: Record<string, readonly string[]> = {
  Pod: ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'status.phase', 'status.podIP'],
  Node: ['spec.unschedulable'],
  Namespace: ['status.phase'],
  Secret: ['type'],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'reason',
    'type',
  ],
  Job: ['status.successful'],
}

/** @throws ApiError 400 naming a field that objects of this kind can't be selected by. */
function parseFieldSelector(kind: string, selector: string): Matcher {
  const tests = selector
    .split(',')
    .filter(Boolean)
    .map((part): Matcher => {
      const found = /^\s*([\w.]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part)
      if (!found?.[1]) throw badRequest(`invalid field selector: "${part}"`)
      const field = found[1]
      const known = ['metadata.name', 'metadata.namespace', ...(selectable[kind] ?? [])]
      if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`)
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
