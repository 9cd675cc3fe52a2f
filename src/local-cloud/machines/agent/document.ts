import * as z from 'zod/mini'

/** One script to run. */
export interface Step {
  /** Key of the step in replies. */
  name: string
  /** Directory of the step below the plugin's. */
  id: string
  script: string
  workingDirectory: string
  timeoutSeconds: number
  /** Why it does not run on this platform. */
  skipped?: string | undefined
}

export interface CommandDocument {
  commandId: string
  documentName: string
  steps: Step[]
}

const Text = z.union([z.string(), z.number()])
const Inputs = z.object({
  id: z.optional(z.string()),
  runCommand: z.union([z.array(z.string()), z.string()]),
  workingDirectory: z.optional(z.string()),
  timeoutSeconds: z.optional(Text),
})
const Precondition = z.strictObject({ StringEquals: z.tuple([z.string(), z.string()]) })
const Content = z.union([
  z.object({
    schemaVersion: z.literal('1.2'),
    parameters: z.optional(z.record(z.string(), z.looseObject({ default: z.optional(z.unknown()) }))),
    runtimeConfig: z.object({ 'aws:runShellScript': z.object({ properties: z.array(Inputs) }) }),
  }),
  z.object({
    schemaVersion: z.literal('2.2'),
    parameters: z.optional(z.record(z.string(), z.looseObject({ default: z.optional(z.unknown()) }))),
    mainSteps: z.array(
      z.object({
        action: z.literal('aws:runShellScript'),
        name: z.string(),
        precondition: z.optional(Precondition),
        inputs: Inputs,
      }),
    ),
  }),
])
const Command = z.object({
  CommandId: z.string(),
  DocumentName: z.string(),
  Parameters: z.optional(z.nullable(z.record(z.string(), z.union([z.string(), z.array(z.string())])))),
  DocumentContent: z.looseObject({ schemaVersion: z.string() }),
})

/** Seconds. What is no number or out of range counts as an hour, as the genuine agent has it. */
const DEFAULT_TIMEOUT = 3600
const SHORTEST_TIMEOUT = 5
const LONGEST_TIMEOUT = 172_800

export function timeoutOf(value: string | number | undefined): number {
  const seconds = Number(value ?? DEFAULT_TIMEOUT)
  return seconds >= SHORTEST_TIMEOUT && seconds <= LONGEST_TIMEOUT ? seconds : DEFAULT_TIMEOUT
}

/**
 * Reads the payload of a `sendCommand` message.
 * @throws Error naming the schema or the shape that this agent can't run.
 */
export function readCommand(payload: string): CommandDocument {
  const command = Command.parse(JSON.parse(payload))
  const { schemaVersion } = command.DocumentContent
  if (schemaVersion !== '1.2' && schemaVersion !== '2.2')
    throw new Error(
      `Document with schema version ${schemaVersion} is not supported by this version of ssm agent`,
    )
  const content = Content.parse(command.DocumentContent)
  const defaults = Object.entries(content.parameters ?? {}).map(([name, parameter]) => [
    name,
    parameter.default,
  ])
  const values = { ...Object.fromEntries(defaults), ...command.Parameters }
  const filled = Content.parse(fillIn(content, values))
  return { commandId: command.CommandId, documentName: command.DocumentName, steps: stepsOf(filled) }
}

function stepsOf(content: z.infer<typeof Content>): Step[] {
  if (content.schemaVersion === '2.2')
    return content.mainSteps.map(({ name, precondition, inputs }) => ({
      ...stepOf(name, name, inputs),
      skipped: precondition && unmet(precondition, name),
    }))
  return content.runtimeConfig['aws:runShellScript'].properties.map((inputs, index) =>
    stepOf('aws:runShellScript', (inputs.id ?? `${index}.aws:runShellScript`).replaceAll(':', ''), inputs),
  )
}

const stepOf = (name: string, id: string, inputs: z.infer<typeof Inputs>): Step => ({
  name,
  id,
  script: [inputs.runCommand].flat().join('\n'),
  workingDirectory: inputs.workingDirectory ?? '',
  timeoutSeconds: timeoutOf(inputs.timeoutSeconds),
})

/**
 * Only a condition on the platform is known, its two sides in either order.
 * @throws Error for any other
 */
function unmet({ StringEquals: sides }: z.infer<typeof Precondition>, name: string): string | undefined {
  const wanted = sides.find((side) => side !== 'platformType')
  if (!sides.includes('platformType') || wanted === undefined)
    throw new Error(`Unrecognized precondition(s): '"StringEquals": [${sides.join(', ')}]'`)
  if (wanted === 'Linux') return undefined
  return `Step execution skipped due to unsatisfied preconditions: '"StringEquals": [${sides.join(', ')}]'. Step name: ${name}`
}

/** Replaces `{{ name }}`: a text that is nothing else becomes the value itself, a list included. */
function fillIn(value: unknown, values: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.flatMap((item) => fillIn(item, values))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, values)]))
  if (typeof value !== 'string') return value
  const alone = value.match(/^\{\{\s*(\w+)\s*\}\}$/)?.[1]
  if (alone !== undefined && alone in values) return values[alone]
  return value.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  )
}
