import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { OURS, root } from './repositories.ts'

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
})
const job = z.looseObject({
  uses: z.string().optional(),
  if: z.string().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  'timeout-minutes': z.number().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  steps: z.array(step).default([]),
})
const input = z.looseObject({
  description: z.string(),
  required: z.boolean().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
})
const inputs = z.record(z.string(), input).default({})
const workflow = z.looseObject({
  on: z.unknown(),
  permissions: z.unknown(),
  concurrency: z
    .object({ group: z.string(), 'cancel-in-progress': z.boolean(), queue: z.string().optional() })
    .optional(),
  jobs: z.record(z.string(), job),
})
const call = z.object({ on: z.object({ workflow_call: z.object({ inputs }).nullable() }) })
const action = z.looseObject({
  inputs,
  outputs: z.record(z.string(), z.unknown()).default({}),
  runs: z.looseObject({ steps: z.array(step).default([]) }),
})

export type Step = z.output<typeof step>
export type Job = z.output<typeof job>
export type Inputs = z.output<typeof inputs>

export const REUSABLE = '.github/workflows'
export const CALLERS = 'workflows'

const yamlIn = (folder: string, start = '') =>
  readdirSync(join(root, folder))
    .filter((name) => name.startsWith(start) && name.endsWith('.yml'))
    .map((name) => `${folder}/${name}`)

/** Paths from the root of the repository. */
export const reusable = yamlIn(REUSABLE, 'cluster-')
export const callers = yamlIn(CALLERS)
/** What runs for this repository only. */
const internal = ['ci.yml', 'release.yml'].map((name) => `${REUSABLE}/${name}`)
export const workflows = [...reusable, ...callers, ...internal]
export const composites = ['actions/report-status/action.yml', 'actions/diagnose/action.yml']

export const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
export const workflowOf = (file: string) => workflow.parse(parse(textOf(file)))
export const actionOf = (file: string) => action.parse(parse(textOf(file)))
export const callInputsOf = (file: string) => call.parse(parse(textOf(file))).on.workflow_call?.inputs ?? {}

/** Every job of every workflow, named for a table of tests. */
export const jobs = workflows.flatMap((file) =>
  Object.entries(workflowOf(file).jobs).map(([id, value]): [string, Job] => [`${file} ${id}`, value]),
)

/** Every step of every workflow and composite action, with its file. */
export const steps: [string, Step][] = [
  ...jobs.flatMap(([name, value]) =>
    value.steps.map((one): [string, Step] => [name.split(' ')[0] ?? '', one]),
  ),
  ...composites.flatMap((file) => actionOf(file).runs.steps.map((one): [string, Step] => [file, one])),
]

/** Where in this repository a `uses` of ours points, or undefined when it is somebody else's. */
export function ownPath(uses: string): string | undefined {
  if (uses.startsWith('$/')) return uses.slice(2)
  if (uses.startsWith(`${OURS}/`)) return uses.slice(OURS.length + 1).replace(/@.*$/, '')
  return undefined
}
