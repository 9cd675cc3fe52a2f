import * as z from 'zod'
import { end } from '../checks/answer-end.ts'
import type { Script } from '../nodes/node-runner.ts'
import start from '../nodes/scripts/drill-writer.sh'
import stop from '../nodes/scripts/drill-writer-stop.sh'
import look from '../nodes/scripts/drill-writes.sh'

const CONFIG_MAP = 'rke2-action-drill'

const writes = z.object({
  running: z.boolean(),
  accepted: z.number(),
  refused: z.number(),
  /** The longest time between two accepted writes, or since the last one. */
  longestGapMs: z.number(),
  sinceLastMs: z.number(),
  now: z.number(),
  end,
})
export type Writes = z.output<typeof writes>

// A writer forgotten by a killed run must end by itself.
const LIMIT_SECONDS = 900
// An API server that waits for its etcd holds a request for longer than a client wants to know.
const REQUEST_TIMEOUT_SECONDS = 3
const PAUSE_SECONDS = 0.1

export const startWriter = (): Script<{ state: string; end: true }> => ({
  name: 'drill-writer',
  body: start,
  settings: {
    LIMIT: String(LIMIT_SECONDS),
    CONFIG_MAP,
    REQUEST_TIMEOUT: String(REQUEST_TIMEOUT_SECONDS),
    PAUSE: String(PAUSE_SECONDS),
  },
  answer: z.object({ state: z.string(), end }),
  timeoutSeconds: 40,
})

/** @param since of the node's clock, ms since the epoch */
export const readWrites = (since: number): Script<Writes> => ({
  name: 'drill-writes',
  body: look,
  settings: { SINCE: String(since) },
  answer: writes,
  timeoutSeconds: 30,
})

export const stopWriter = (): Script<{ end: true }> => ({
  name: 'drill-writer-stop',
  body: stop,
  settings: { CONFIG_MAP },
  answer: z.object({ end }),
  timeoutSeconds: 40,
})
