import * as z from 'zod'
import type { Script } from '../nodes/node-runner.ts'
import poll from '../nodes/scripts/check-conformance-poll.sh'
import run from '../nodes/scripts/check-conformance-run.sh'
import start from '../nodes/scripts/check-conformance-start.sh'
import stop from '../nodes/scripts/check-conformance-stop.sh'
import { end } from './answer-end.ts'
import { CONFORMANCE_NAMESPACE } from './conformance-manifest.ts'

const progress = z.object({
  /** The pod's phase; Missing when there is no pod, Leftover when an earlier run is being deleted: start again. */
  phase: z.string(),
  /** Why it does not run: ImagePullBackOff, Unschedulable …; empty when it does. */
  reason: z.string(),
  node: z.string(),
  /** Once it ended: the lines of ginkgo's summary, else the last lines of the log. */
  lines: z.array(z.string()),
  /** Whether nothing of the run is left to delete. */
  cleaned: z.boolean(),
  end,
})
export type ConformanceProgress = z.output<typeof progress>

const TIMEOUT_SECONDS = 40

// kubectl takes a stream of JSON objects.
const documentsOf = (objects: readonly object[]) => objects.map((object) => JSON.stringify(object)).join('\n')

const script = <Answer>(
  name: string,
  body: string,
  settings: Record<string, string>,
  answer: z.ZodType<Answer>,
): Script<Answer> => ({
  name: `check-conformance-${name}`,
  body: `${run}\n${body}`,
  settings: { NAMESPACE: CONFORMANCE_NAMESPACE, ...settings },
  answer,
  timeoutSeconds: TIMEOUT_SECONDS,
})

/** Starts the run, and waits for its end on the node: one that ends within so many seconds needs no second command. */
export const startScript = (manifest: readonly object[], withinSeconds: number) =>
  script(
    'start',
    `${start}\n${poll}`,
    { MANIFEST: documentsOf(manifest), WITHIN: String(withinSeconds) },
    progress,
  )

/** Waits for the end of the run. */
export const pollScript = (withinSeconds: number) =>
  script('poll', poll, { WITHIN: String(withinSeconds) }, progress)

export const stopScript = () => script('stop', stop, {}, z.object({ end }))
