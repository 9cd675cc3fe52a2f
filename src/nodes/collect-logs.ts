import { gunzipSync } from 'node:zlib'
import * as z from 'zod'
import { describeError } from '../kit/errors.ts'
import type { NodeAddress, NodeRunner, Outcome, Script } from './node-runner.ts'
import { redactSecrets } from './redact-secrets.ts'
import packLogs from './scripts/pack-logs.sh'
import { nodeLogs } from './scripts.ts'

/** What one node had to say. `log` holds no secret; it is what there is when the node gave no whole answer. */
export interface NodeLog {
  node: NodeAddress
  log: string
  /** Why there is no whole log, or undefined. */
  fault: string | undefined
}

const packed = z.object({ packed: z.base64() })

const script = (): Script<z.output<typeof packed>> => {
  const { body, ...rest } = nodeLogs()
  return { ...rest, body: `collect() {\n${body}\n}\n${packLogs}`, answer: packed }
}

/** Asks every node for its logs and state. A node that can't be asked is a result too, never an exception. */
export async function collectLogs(runner: NodeRunner, nodes: readonly NodeAddress[]): Promise<NodeLog[]> {
  if (nodes.length === 0) return []
  const outcomes = await runner.run(script(), nodes).catch(() => oneByOne(runner, nodes))
  return outcomes.map(readOutcome)
}

/** Run Command refuses a whole batch for one machine that it doesn't know; then each is asked by itself. */
const oneByOne = (runner: NodeRunner, nodes: readonly NodeAddress[]) =>
  Promise.all(
    nodes.map(async (node): Promise<Outcome<z.output<typeof packed>>> => {
      try {
        const [outcome] = await runner.run(script(), [node])
        return outcome ?? { node, ok: false, exitCode: -1, reason: 'no answer', output: '' }
      } catch (error) {
        return { node, ok: false, exitCode: -1, reason: describeError(error), output: '' }
      }
    }),
  )

function readOutcome(outcome: Outcome<z.output<typeof packed>>): NodeLog {
  if (!outcome.ok) return { node: outcome.node, log: redactSecrets(outcome.output), fault: outcome.reason }
  const log = gunzipSync(Buffer.from(outcome.answer.packed, 'base64')).toString('utf8')
  return { node: outcome.node, log: redactSecrets(log), fault: undefined }
}
