import type { SdkService } from '../../local-cloud/wire/sdk-clients.ts'

/** One call, and what came of it. */
export interface Step {
  service: SdkService
  operation: string
  input: unknown
  /** The code on the wire, where it was refused. */
  error?: string
  /** Identifiers in the answer that later calls name, by their path in it: `Instances.0.InstanceId`. */
  gives?: Record<string, string>
}

export interface RecordedStep extends Step {
  output?: unknown
}

const READ = /^(Describe|Get|List)/
/** Run Command repeats itself: so many commands are kept. */
const COMMANDS = 2

/**
 * A conversation without what says nothing: asking again while nothing was changed, what was refused until it was time, scripts
 * and secrets, and identifiers that are others each time.
 */
export function condensed(steps: readonly RecordedStep[]): Step[] {
  const kept: RecordedStep[] = []
  let lastChange = 0
  for (const step of withoutRetries(withoutNodesWork(fewCommands(steps)))) {
    const known = kept.some((one, index) => index >= lastChange && isSameCall(one, step))
    if (!(READ.test(step.operation) && known)) kept.push(step)
    if (!READ.test(step.operation)) lastChange = kept.length
  }
  return withGifts(renumbered(kept.map(shortened)))
}

const isSameCall = (one: Step, other: Step) =>
  one.service === other.service &&
  one.operation === other.operation &&
  JSON.stringify(one.input) === JSON.stringify(other.input)

const withoutRetries = (steps: readonly RecordedStep[]) =>
  steps.filter(
    (step, index) =>
      READ.test(step.operation) ||
      step.error === undefined ||
      !steps.slice(index + 1).some((later) => isSameCall(later, step) && later.error === undefined),
  )

function fewCommands(steps: readonly RecordedStep[]): RecordedStep[] {
  const sent = steps.filter(({ operation }) => operation === 'SendCommand').slice(0, COMMANDS)
  const ids = sent.map(({ output }) => (output as { Command: { CommandId: string } }).Command.CommandId)
  return steps.filter((step) => {
    if (step.operation === 'SendCommand') return sent.includes(step)
    return (
      step.operation !== 'ListCommandInvocations' || ids.some((id) => JSON.stringify(step.input).includes(id))
    )
  })
}

/** A node writes parameters of its own, which nobody does here. */
function withoutNodesWork(steps: readonly RecordedStep[]): RecordedStep[] {
  const nameOf = ({ input }: Step) => (input as { Name: string }).Name
  const put = steps.filter(({ operation }) => operation === 'PutParameter').map(nameOf)
  return steps.filter(
    (step) =>
      step.operation !== 'GetParameter' || nameOf(step).startsWith('/aws/') || put.includes(nameOf(step)),
  )
}

/** Scripts and secrets are long, and no business of the peer's. */
function shortened(step: RecordedStep): RecordedStep {
  return JSON.parse(JSON.stringify(step), (key, value) => {
    if (key === 'commands') return ['true']
    if (key === 'UserData') return Buffer.from('#!/bin/sh\n').toString('base64')
    return key === 'Value' && String(value).length > 60 ? 'a secret' : value
  })
}

const IDENTIFIER =
  /\b(?:(?:i|sg|sgr|subnet|vpc|ami|eni|vol|r|eni-attach)-[0-9a-f]{8,17}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=\/)[0-9a-f]{16}\b)/g

/** Each identifier's digits replaced by its number. */
function renumbered(steps: readonly RecordedStep[]): RecordedStep[] {
  const numbers = new Map<string, string>()
  const rename = (id: string) => {
    const number = numbers.get(id) ?? (numbers.size + 1).toString(16)
    numbers.set(id, number)
    if (id.length === 36) return `00000000-0000-4000-8000-${number.padStart(12, '0')}`
    const [prefix = '', digits = ''] = /^(.*-)?([0-9a-f]+)$/.exec(id)?.slice(1) ?? []
    return (prefix ?? '') + number.padStart(digits.length, '0')
  }
  return JSON.parse(JSON.stringify(steps).replace(IDENTIFIER, rename))
}

/** Of each answer only what a later call names; that is where it was first heard of. */
function withGifts(steps: readonly RecordedStep[]): Step[] {
  const heard = new Set<string>()
  return steps.map(({ output, ...step }, index) => {
    const later = steps.slice(index + 1).map(({ input }) => JSON.stringify(input))
    const gives = [...leavesOf(output)].filter(([, leaf]) => {
      const isNew = typeof leaf === 'string' && leaf.search(IDENTIFIER) >= 0 && !heard.has(leaf)
      return isNew && later.some((input) => input.includes(JSON.stringify(leaf)))
    })
    for (const [, leaf] of gives) heard.add(String(leaf))
    return gives.length ? { ...step, gives: Object.fromEntries(gives) as Record<string, string> } : step
  })
}

/** Everything in a value that isn't an object or a list, by its path. */
export function* leavesOf(value: unknown, path: readonly string[] = []): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null || value instanceof Date) yield [path.join('.'), value]
  else for (const [key, inner] of Object.entries(value)) yield* leavesOf(inner, [...path, key])
}
