import type { IncomingMessage } from 'node:http'
import { parse } from 'yaml'
import * as z from 'zod'
import type { KubeObject } from '../kubernetes.ts'
import { ApiError, badRequest } from '../store/api-error.ts'
import type { DeleteOptions } from '../store/deletion.ts'
import type { Json } from '../store/merge-patch.ts'
import { readProtobuf } from './protobuf.ts'

/** As the API server's own limit for requests. */
const LIMIT_BYTES = 3 * 1024 * 1024

const Strings = z.record(z.string(), z.string())
const ObjectBody = z.looseObject({
  apiVersion: z.string().default(''),
  kind: z.string().default(''),
  metadata: z
    .looseObject({
      name: z.string().default(''),
      generateName: z.string().optional(),
      namespace: z.string().optional(),
      labels: Strings.nullish().transform((labels) => labels ?? undefined),
      annotations: Strings.nullish().transform((annotations) => annotations ?? undefined),
      finalizers: z
        .array(z.string())
        .nullish()
        .transform((finalizers) => finalizers ?? undefined),
    })
    .prefault({}),
})

const DeleteBody = z.looseObject({
  gracePeriodSeconds: z
    .int()
    .min(0)
    .nullish()
    .transform((seconds) => seconds ?? undefined),
  propagationPolicy: z
    .enum(['Orphan', 'Background', 'Foreground'])
    .nullish()
    .transform((policy) => policy ?? undefined),
  preconditions: z.object({ uid: z.string().optional(), resourceVersion: z.string().optional() }).optional(),
  dryRun: z.array(z.string()).optional(),
})

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LIMIT_BYTES) throw new ApiError(413, 'RequestEntityTooLarge', `limit is ${LIMIT_BYTES}`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export const mediaTypeOf = (request: IncomingMessage) =>
  (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? ''

/** @throws ApiError 415 for media types that are not known, 400 for what can't be read. */
export async function readBody(request: IncomingMessage): Promise<Json | undefined> {
  const type = mediaTypeOf(request)
  const bytes = await readBytes(request)
  if (bytes.length === 0) return undefined
  if (type === 'application/vnd.kubernetes.protobuf') return readProtobuf(bytes)
  if (!/[/+](json|yaml)$/.test(type)) throw unsupported(type)
  const said = bytes.toString()
  try {
    return type.endsWith('yaml') && !said.startsWith('{') ? parse(said) : JSON.parse(said)
  } catch (error) {
    throw badRequest(`the body can't be read: ${(error as Error).message}`)
  }
}

export const unsupported = (type: string) =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - the engine does not accept ${type}`,
  )

/** @throws ApiError 400 naming the field that is not as it should be. */
export function asObject(body: unknown): KubeObject {
  const parsed = ObjectBody.safeParse(body)
  if (!parsed.success) throw badRequest(describe(parsed.error))
  return parsed.data
}

export function asDeleteOptions(body: unknown, query: URLSearchParams): DeleteOptions & { dryRun: boolean } {
  const parsed = DeleteBody.safeParse(body ?? {})
  if (!parsed.success) throw badRequest(describe(parsed.error))
  const { dryRun = [], ...options } = parsed.data
  const grace = query.get('gracePeriodSeconds')
  return {
    ...options,
    gracePeriodSeconds: options.gracePeriodSeconds ?? (grace === null ? undefined : Number(grace)),
    dryRun: dryRun.length > 0 || query.has('dryRun'),
  }
}

const describe = (error: z.ZodError) =>
  error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
