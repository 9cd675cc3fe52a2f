import { ApiError } from '../store/api-error.ts'
import type { JsonObject } from '../store/merge-patch.ts'

/** How the value of a field is read. A nested message has fields of its own. */
type Type = 'string' | 'strings' | 'bytes' | 'bool' | 'texts' | 'blobs' | Message
type Message = { readonly [field: number]: readonly [name: string, type: Type] }

// Field numbers: generated.proto of k8s.io/apimachinery/pkg/apis/meta/v1 and k8s.io/api/core/v1. `texts` and `blobs` are maps.
const Metadata: Message = {
  1: ['name', 'string'],
  2: ['generateName', 'string'],
  3: ['namespace', 'string'],
  11: ['labels', 'texts'],
  12: ['annotations', 'texts'],
  14: ['finalizers', 'strings'],
}
const MESSAGES: Readonly<Record<string, Message>> = {
  Namespace: {
    1: ['metadata', Metadata],
    2: ['spec', { 1: ['finalizers', 'strings'] }],
    3: ['status', { 1: ['phase', 'string'] }],
  },
  ConfigMap: {
    1: ['metadata', Metadata],
    2: ['data', 'texts'],
    3: ['binaryData', 'blobs'],
    4: ['immutable', 'bool'],
  },
  Secret: {
    1: ['metadata', Metadata],
    2: ['data', 'blobs'],
    3: ['type', 'string'],
    4: ['stringData', 'texts'],
    5: ['immutable', 'bool'],
  },
  ServiceAccount: { 1: ['metadata', Metadata] },
}
const Unknown: Message = {
  1: ['type', { 1: ['apiVersion', 'string'], 2: ['kind', 'string'] }],
  2: ['raw', 'bytes'],
}
const MAGIC = Buffer.from('k8s\0')

interface Field {
  number: number
  /** The bytes of a string, message or map entry; a number otherwise. */
  value: Buffer | number
}

const refused = (what: string) =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the local cloud's engine does not read ${what} as protobuf: write it as a file and use kubectl create -f`,
  )

function readVarint(bytes: Buffer, from: number): { value: number; next: number } {
  let value = 0
  for (let at = from, scale = 1; at < bytes.length; at++, scale *= 128) {
    const byte = bytes[at] ?? 0
    value += (byte & 127) * scale
    if (byte < 128) return { value, next: at + 1 }
  }
  throw refused('a truncated number')
}

function* fieldsOf(bytes: Buffer): Generator<Field> {
  for (let at = 0; at < bytes.length; ) {
    const tag = readVarint(bytes, at)
    const body = readVarint(bytes, tag.next)
    const wire = tag.value % 8
    const number = Math.floor(tag.value / 8)
    if (wire !== 0 && wire !== 2) throw refused(`a field of wire type ${wire}`)
    at = wire === 0 ? body.next : body.next + body.value
    yield { number, value: wire === 0 ? body.value : bytes.subarray(body.next, at) }
  }
}

const isEmpty = (value: Buffer | number) => (typeof value === 'number' ? value === 0 : value.length === 0)

function readMessage(kind: string, message: Message, bytes: Buffer): JsonObject {
  const object: JsonObject = {}
  for (const { number, value } of fieldsOf(bytes)) {
    const known = message[number]
    // Go writes empty structs too, creationTimestamp and status among them.
    if (!known && !isEmpty(value)) throw refused(`field ${number} of ${kind}`)
    if (known) object[known[0]] = readValue(known[0], known[1], value, object[known[0]])
  }
  return object
}

function readValue(name: string, type: Type, value: Buffer | number, before: JsonObject[string] | undefined) {
  if (typeof value === 'number') return type === 'bool' ? value === 1 : value
  if (typeof type === 'object') return readMessage(name, type, value)
  if (type === 'strings') return [...(Array.isArray(before) ? before : []), value.toString()]
  if (type === 'texts' || type === 'blobs') {
    const entry = readMessage(
      name,
      { 1: ['key', 'string'], 2: ['value', type === 'texts' ? 'string' : 'bytes'] },
      value,
    )
    return { ...(before as JsonObject | undefined), [String(entry['key'])]: entry['value'] ?? '' }
  }
  return value.toString(type === 'bytes' ? 'base64' : 'utf8')
}

/**
 * An object as client-go sends it for `kubectl create namespace|configmap|secret|serviceaccount`.
 * @throws ApiError 415 naming a kind or field that is not known.
 */
export function readProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, 4).equals(MAGIC)) throw refused('a body without the prefix of Kubernetes')
  const { type, raw } = readMessage('Unknown', Unknown, body.subarray(4)) as {
    type?: JsonObject
    raw?: string
  }
  const kind = String(type?.['kind'])
  const message = MESSAGES[kind]
  if (!message) throw refused(kind)
  return { ...type, ...readMessage(kind, message, Buffer.from(raw ?? '', 'base64')) }
}
