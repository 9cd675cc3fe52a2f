import { type SdkService, sdkSender } from '../../local-cloud/wire/sdk-clients.ts'
import { leavesOf, type Step } from './conversation.ts'

interface Peer {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

/** What a peer made of a step. */
export interface Answer {
  /** The code on the wire, or of an answer that is none of AWS's. */
  error?: string
  output?: unknown
}

/** States that pass by themselves. */
const PASSING = /"(pending|provisioning|initial|shutting-down|Pending|InProgress|Delayed)"/
const PATIENCE_MS = 20_000
const PAUSE_MS = 20

/**
 * Has a peer answer a conversation. Its own identifiers take the place of the recorded ones. What is refused here and wasn't
 * when it was recorded is asked again for a while when `patient`, and so is what has not come to rest.
 */
export async function replay(steps: readonly Step[], peer: Peer, patient: boolean): Promise<Answer[]> {
  const senders = new Map<SdkService, ReturnType<typeof sdkSender>>()
  const theirs = new Map<string, string>()
  const answers: Answer[] = []
  for (const step of steps) {
    const send = senders.get(step.service) ?? sdkSender(step.service, peer.endpoint, peer)
    senders.set(step.service, send)
    const input = JSON.parse(JSON.stringify(step.input), (_, value) => theirs.get(value) ?? value)
    const ask = () => send(step.operation, input).then((output) => ({ output }), refusalOf)
    const answer = await settled(ask, (said) => !patient || isSettled(step, said))
    const leaves = new Map(leavesOf(answer.output))
    for (const [path, id] of Object.entries(step.gives ?? {}))
      if (leaves.has(path)) theirs.set(id, String(leaves.get(path)))
    answers.push(answer)
  }
  return answers
}

const refusalOf = ({ name, Code }: Error & { Code?: string }): Answer => ({ error: Code ?? name })

function isSettled({ operation, error }: Step, answer: Answer): boolean {
  if (error === undefined && answer.error !== undefined) return false
  return !/^(Describe|List)/.test(operation) || !PASSING.test(JSON.stringify(answer.output ?? ''))
}

async function settled(ask: () => Promise<Answer>, isRight: (answer: Answer) => boolean): Promise<Answer> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (isRight(answer) || Date.now() > deadline) return answer
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
