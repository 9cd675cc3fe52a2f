import * as z from 'zod'
import type { Script } from '../nodes/node-runner.ts'
import poll from '../nodes/scripts/check-conformance-poll.sh'
import start from '../nodes/scripts/check-conformance-start.sh'
import stop from '../nodes/scripts/check-conformance-stop.sh'
import { end } from './answer-end.ts'
import { CONFORMANCE_NAMESPACE } from './conformance-manifest.ts'

/** `leftover`: an earlier run's namespace was there and is being deleted; ask again. */
const started = z.object({ state: z.enum(['started', 'leftover']), end })

const progress = z.object({
  /** The pod's phase; Missing when there is no pod. */
  phase: z.string(),
  /** Why it does not run: ImagePullBackOff, Unschedulable …; empty when it does. */
  reason: z.string(),
  node: z.string(),
  /** Once it ended: the lines of ginkgo's summary, else the last lines of the log. */
  lines: z.array(z.string()),
  end,
})
export type ConformanceProgress = z.output<typeof progress>

const TIMEOUT_SECONDS = 40

// kubectl takes a stream of JSON objects.
const documentsOf = (objects: readonly object[]) => objects.map((object) => JSON.stringify(object)).join('\n')

export const startScript = (manifest: readonly object[]): Script<z.output<typeof started>> => ({
  name: 'check-conformance-start',
  body: start,
  settings: { NAMESPACE: CONFORMANCE_NAMESPACE, MANIFEST: documentsOf(manifest) },
  answer: started,
  timeoutSeconds: TIMEOUT_SECONDS,
})

/** Waits on the node: an end is noticed within a second, without a command of its own for each look. */
export const pollScript = (withinSeconds: number): Script<ConformanceProgress> => ({
  name: 'check-conformance-poll',
  body: poll,
  settings: { NAMESPACE: CONFORMANCE_NAMESPACE, WITHIN: String(withinSeconds) },
  answer: progress,
  timeoutSeconds: TIMEOUT_SECONDS,
})

export const stopScript = (): Script<{ end: true }> => ({
  name: 'check-conformance-stop',
  body: stop,
  settings: { NAMESPACE: CONFORMANCE_NAMESPACE },
  answer: z.object({ end }),
  timeoutSeconds: TIMEOUT_SECONDS,
})
