import type * as z from 'zod'
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

/** What GitHub gives a run, and what a run may do to it. */
export interface Kit<Output extends string = string> {
  log: Log
  clock: Clock
  /** Aborted by SIGINT or SIGTERM, with a UserError that says so. */
  signal: AbortSignal
  env: Readonly<Record<string, string | undefined>>
  /** Sets an output at once, so that it is there when a later step of the run fails or is cancelled. */
  output(name: Output, value: string): void
  /** Appends Markdown to the job summary. */
  summary(markdown: string): Promise<void>
  /** A directory of this job for files: RUNNER_TEMP. */
  tempDirectory: string
}

/** The step itself, as its post step sees it. */
export interface EndedStep<Inputs> {
  /** The same as the step had. @throws UserError when they are not right */
  inputs(): Inputs
  /** False when the step was cancelled or killed: it neither succeeded nor failed. */
  readonly ended: boolean
}

/**
 * An action as a value: action.yml, the README tables and the JSON schema are generated from it.
 * `inputs` maps the strings that GitHub hands over to values; its defaults are written with `.prefault()`, as a user would type them.
 */
export interface ActionDefinition<Inputs extends z.ZodObject = z.ZodObject, Output extends string = string> {
  /** Folder below actions/, or `.` for the root action. */
  id: string
  name: string
  description: string
  icon: string
  inputs: Inputs
  outputs: Readonly<Record<Output, string>>
  /** The step itself. Whatever it throws, an Error or not, fails the step. */
  run(inputs: z.output<Inputs>, kit: Kit<Output>): Promise<void>
  /** Runs in the job's post step, also after a cancel. */
  post?(kit: Kit<Output>, step: EndedStep<z.output<Inputs>>): Promise<void>
}

export function defineAction<Inputs extends z.ZodObject, Output extends string>(
  definition: ActionDefinition<Inputs, Output>,
): ActionDefinition<Inputs, Output> {
  return definition
}

/** What an action is given, and the kit with its outputs: for what it does in a file of its own. */
export type InputsOf<Action> = Action extends ActionDefinition<infer Inputs, never> ? z.output<Inputs> : never
export type KitOf<Action extends { outputs: object }> = Kit<keyof Action['outputs'] & string>
