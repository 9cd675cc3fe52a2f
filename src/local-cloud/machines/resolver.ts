import { createSocket, type RemoteInfo } from 'node:dgram'
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet'

export type Names = Readonly<Record<string, readonly string[]>>

const NXDOMAIN = 3
// As short as the NLB's own records are long: a changed address must be seen within a second, like every other wait here.
const TTL_SECONDS = 1

/** Answers one query. A known name has addresses (A) and nothing else; an unknown one does not exist. */
export function answerQuery(query: Packet, names: Names): Packet {
  const question = query.questions?.[0]
  const addresses = question && names[question.name.toLowerCase()]
  const answers: Answer[] =
    question && addresses && question.type === 'A'
      ? addresses.map((data) => ({ type: 'A', name: question.name, ttl: TTL_SECONDS, data }))
      : []
  return {
    type: 'response',
    id: query.id ?? 0,
    flags: RECURSION_DESIRED | AUTHORITATIVE_ANSWER | (addresses ? 0 : NXDOMAIN),
    questions: query.questions ?? [],
    answers,
  }
}

/** The VPC's resolver on UDP 53. `names` is asked at each query. */
export function startResolver(address: string, names: () => Names): Promise<void> {
  const socket = createSocket('udp4')
  socket.on('message', (message: Buffer, from: RemoteInfo) => {
    const reply = replyTo(message, names())
    if (reply) socket.send(reply, from.port, from.address)
  })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(53, address, () => resolve())
  })
}

/** What is no DNS query gets no answer. */
function replyTo(message: Buffer, names: Names): Buffer | undefined {
  try {
    return encode(answerQuery(decode(message), names))
  } catch {
    return undefined
  }
}
