import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { ApiError, badRequest } from './api-error.ts'
import { isObject, type Json } from './merge-patch.ts'

const Operations = z.array(
  z.object({
    op: z.enum(['add', 'remove', 'replace', 'test', 'copy', 'move']),
    path: z.string(),
    from: z.string().optional(),
    value: z.json().optional(),
  }),
)
type Operation = z.output<typeof Operations>[number]

const segments = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

const missing = (path: string) =>
  new ApiError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${path} is missing`,
  )

function valueAt(root: Json, pointer: string): Json {
  let value: Json | undefined = root
  for (const part of segments(pointer)) {
    value = Array.isArray(value) ? value[Number(part)] : isObject(value) ? value[part] : undefined
    if (value === undefined) throw missing(pointer)
  }
  return value
}

function put(parent: Json, last: string, value: Json, insert: boolean, path: string) {
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last)
    if (!(index >= 0 && index <= parent.length)) throw missing(path)
    parent.splice(index, insert ? 0 : 1, value)
  } else if (isObject(parent)) parent[last] = value
  else throw missing(path)
}

function remove(parent: Json, last: string, path: string) {
  if (Array.isArray(parent) && Number(last) < parent.length) parent.splice(Number(last), 1)
  else if (isObject(parent) && last in parent) delete parent[last]
  else throw missing(path)
}

function perform(root: Json, { op, path, from, value = null }: Operation) {
  const parts = segments(path)
  const last = parts.pop()
  if (last === undefined) throw badRequest('a JSON patch of the whole document is not supported')
  const parent = valueAt(root, path.slice(0, path.lastIndexOf('/')))
  if (op === 'test' && !isDeepStrictEqual(valueAt(root, path), value))
    throw new ApiError(422, 'Invalid', `testing path ${path} failed`)
  if (op === 'replace') valueAt(root, path)
  if (op === 'add' || op === 'replace') put(parent, last, value, op === 'add', path)
  if (op === 'remove') remove(parent, last, path)
  if (op === 'copy' || op === 'move') transfer(root, op, from ?? '', parent, last, path)
}

function transfer(root: Json, op: 'copy' | 'move', from: string, parent: Json, last: string, path: string) {
  const value = structuredClone(valueAt(root, from))
  if (op === 'move')
    remove(valueAt(root, from.slice(0, from.lastIndexOf('/'))), segments(from).at(-1) ?? '', from)
  put(parent, last, value, true, path)
}

/**
 * RFC 6902.
 * @throws ApiError 400 when `patch` is not one, 422 when a path is missing or a test fails.
 */
export function jsonPatch(target: Json, patch: Json): Json {
  const operations = Operations.safeParse(patch)
  if (!operations.success) throw badRequest(`not a JSON patch: ${operations.error.message}`)
  const root = structuredClone(target)
  for (const operation of operations.data) perform(root, operation)
  return root
}
