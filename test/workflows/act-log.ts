import * as z from 'zod'

/** What a run of a workflow did, as its log tells it. */
export interface Run {
  exitCode: number
  /** Result by job, named as the path of calls: `up/cluster-up/teardown`. A job that was skipped is not in it. */
  jobs: Record<string, string>
  /** Result by job and step (`job: step`). */
  steps: Record<string, string>
  /** `level: text` of every annotation. */
  annotations: string[]
  /** Markdown of the job summaries, in the order written. */
  summary: string
  /** Everything that was said, for people. */
  log: string
}

/** A line of `act --json`, of which there are many kinds; act 0.2.89. */
const line = z.object({
  job: z.string().default(''),
  step: z.string().default(''),
  stage: z.string().optional(),
  stepID: z.array(z.string()).default([]),
  stepResult: z.string().optional(),
  jobResult: z.string().optional(),
  command: z.string().optional(),
  arg: z.string().default(''),
  content: z.string().default(''),
  msg: z.string().default(''),
})
type Line = z.output<typeof line>

const ANNOTATIONS = ['notice', 'warning', 'error']

/** @param texts lines of JSON; anything else that was printed is only kept in the log. */
export function readRun(texts: readonly string[], exitCode: number): Run {
  const run: Run = { exitCode, jobs: {}, steps: {}, annotations: [], summary: '', log: '' }
  for (const text of texts) {
    const read = parse(text)
    if (read) note(read, run)
    run.log += read ? `${read.job}: ${read.msg.trimEnd()}\n` : `${text}\n`
  }
  return run
}

function note(
  { job, step, stage, stepID, stepResult, jobResult, command, arg, content }: Line,
  run: Run,
): void {
  if (jobResult) run.jobs[job.trim()] = jobResult
  // Steps of a composite action report too, one level down.
  if (stepResult && stage === 'Main' && stepID.length === 1) run.steps[`${job.trim()}: ${step}`] = stepResult
  if (command === 'summary') run.summary += content
  if (command && ANNOTATIONS.includes(command)) run.annotations.push(`${command}: ${arg}`)
}

function parse(text: string): Line | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return line.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
